//! Failures in VROOM's shape: [`VroomError`].

use serde_json::{Value, json};

/// VROOM's status codes other than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A defect of the program.
    Internal = 1,
    /// The input is wrong, or asks for what is not served.
    Input = 2,
    /// The roads have no answer.
    Routing = 3,
    /// More than is taken on at once.
    TooLarge = 4,
}

/// Why there is no solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VroomError {
    /// The class.
    pub code: Code,
    /// One sentence.
    pub message: String,
}

impl VroomError {
    /// The input is wrong.
    pub fn input(message: impl Into<String>) -> Self {
        Self {
            code: Code::Input,
            message: message.into(),
        }
    }

    /// A defect.
    pub fn internal(message: impl Into<String>) -> Self {
        Self {
            code: Code::Internal,
            message: message.into(),
        }
    }

    /// More than is taken on.
    pub fn too_large(message: impl Into<String>) -> Self {
        Self {
            code: Code::TooLarge,
            message: message.into(),
        }
    }

    /// The body of the answer.
    #[must_use]
    pub fn body(&self) -> Value {
        json!({"code": self.code as u8, "error": self.message})
    }
}
