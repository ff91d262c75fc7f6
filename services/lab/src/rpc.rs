//! One file per RPC: authorise, read, transaction, decision, save, reply.
