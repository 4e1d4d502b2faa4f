//! stories

#[cfg(feature = "teremock")]
mod teremock;
