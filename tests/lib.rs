//! The package of whole-system tests. It holds no code of its own; the journeys are in `system/`.
