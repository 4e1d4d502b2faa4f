//! Tests of the why.
