//! Tests of the status table and the projection.
