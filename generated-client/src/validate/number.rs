//! Integers and floats in constraints.

use serde_json::{Number as JsonNumber, Value};

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
    impl Sealed for f64 {}
}

/// A number in an input: `i64` for the type `integer` of the model schemas, `f64` for `float` and `number`.
pub trait Number: sealed::Sealed + Copy + PartialOrd {
    /// The number as JSON. An integral float below 2^53 in magnitude becomes an integer; NaN and infinity
    /// become null.
    fn to_json(self) -> Value;

    /// Whether this is an integer multiple of `step`. Floats are compared as the decimal numbers they
    /// print as, so 0.3 is a multiple of 0.1, as in JSON Schema.
    fn is_multiple_of(self, step: Self) -> bool;
}

impl Number for i64 {
    fn to_json(self) -> Value {
        self.into()
    }

    #[inline]
    fn is_multiple_of(self, step: Self) -> bool {
        // `checked_rem` returns `None` for `i64::MIN` and a step of -1, because of overflow, and for a step
        // of 0, which codegen refuses. `i64::MIN` is a multiple of -1.
        self.checked_rem(step).is_none_or(|rest| rest == 0)
    }
}

impl Number for f64 {
    fn to_json(self) -> Value {
        /// 2^53: below it, every integer has an exact `f64`.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.fract() == 0.0 && self.abs() < EXACT {
            // Below 2^53 the conversion is exact.
            return Value::from(self as i64);
        }
        JsonNumber::from_f64(self).map_or(Value::Null, Value::Number)
    }

    fn is_multiple_of(self, step: Self) -> bool {
        match (Decimal::of(self), Decimal::of(step)) {
            (Some(value), Some(step)) => value.is_multiple_of(step),
            _ => false,
        }
    }
}

/// `digits · 10^exponent`, without the sign. The digits of a number other than 0 do not end in zero.
#[derive(Clone, Copy)]
struct Decimal {
    digits: u64,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that reads back as `value`; `None` for NaN and infinity.
    fn of(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let mut text = Buffer::default();
        std::fmt::Write::write_fmt(&mut text, format_args!("{:e}", value.abs())).ok()?;
        let (mantissa, exponent) = text.as_str().split_once('e')?;
        let mut exponent: i32 = exponent.parse().ok()?;
        let mut digits = 0_u64;
        let mut fraction = false;
        for byte in mantissa.bytes() {
            if byte == b'.' {
                fraction = true;
                continue;
            }
            // At most 17 digits, so this cannot overflow.
            digits = digits * 10 + u64::from(byte - b'0');
            exponent -= i32::from(fraction);
        }
        Some(Self { digits, exponent })
    }

    fn is_multiple_of(self, step: Self) -> bool {
        if self.digits == 0 {
            return true;
        }
        // A multiple of the step is an integer times `10^step.exponent`. Its digits do not end in zero, so
        // its exponent is at least `step.exponent`.
        let shift = self.exponent - step.exponent;
        if step.digits == 0 || shift < 0 {
            return false;
        }
        let divisor = u128::from(step.digits);
        let scale = power_of_ten_modulo(shift.unsigned_abs(), divisor);
        // Both factors have at most 17 digits, so the product does not overflow.
        (u128::from(self.digits) * scale) % divisor == 0
    }
}

/// `10^exponent mod modulus`. The modulus has at most 17 digits, so no product overflows.
fn power_of_ten_modulo(exponent: u32, modulus: u128) -> u128 {
    (0..exponent).fold(1 % modulus, |power, _| power * 10 % modulus)
}

/// Holds `{:e}` of any `f64` without allocating.
#[derive(Default)]
struct Buffer {
    bytes: [u8; 32],
    length: usize,
}

impl Buffer {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default()
    }
}

impl std::fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        let room = self
            .bytes
            .get_mut(self.length..end)
            .ok_or(std::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn multiples_are_those_of_decimal_arithmetic() {
        for (value, step, expected) in [
            (0.3, 0.1, true),
            (0.7, 0.1, true),
            (0.35, 0.1, false),
            (1.0, 0.05, true),
            (1e300, 0.1, true),
            (1e-300, 1e300, false),
            (5e-324, 5e-324, true),
            (-2.5, 0.5, true),
            (0.0, 7.0, true),
            (f64::NAN, 1.0, false),
            (f64::INFINITY, 1.0, false),
            (1.5, 0.0, false),
            (123_456_789.123, 0.001, true),
            (123_456_789.123_4, 0.001, false),
            (0.36, 0.12, true),
            (0.38, 0.12, false),
            (1e3, 0.07, false),
            (1.4e3, 0.07, true),
            (3e2, 0.15, true),
            (1e2, 0.15, false),
            (3e300, 0.3, true),
            (1e300, 0.3, false),
        ] {
            assert_eq!(value.is_multiple_of(step), expected, "{value} / {step}");
        }
        assert!(i64::MIN.is_multiple_of(-1));
        assert!(!7_i64.is_multiple_of(2));
    }
}
