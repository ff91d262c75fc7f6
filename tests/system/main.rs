//! The whole product from outside: one journey per file, and the conventions of the house that a program can check.

mod conventions;
