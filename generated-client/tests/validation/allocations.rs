//! Validating a valid input does not allocate.

use runcomfy_client::models::{bytedance, community, happyhorse, wan_ai};
use runcomfy_client::{Model, ModelVisitor, Validate, models};

/// Counts the models that have an example, and the allocations made while validating these examples.
#[derive(Default)]
struct Count {
    models: usize,
    allocations: u64,
}

impl ModelVisitor for Count {
    fn visit<M: Model>(&mut self, _: M) {
        let Some(input) = M::example() else { return };
        self.allocations += allocations_of(&input);
        self.models += 1;
    }
}

fn allocations_of(input: &impl Validate) -> u64 {
    let mut result = Ok(());
    let counted = allocation_counter::measure(|| result = input.validate());
    result.unwrap();
    counted.count_total
}

#[test]
fn validating_an_example_does_not_allocate() {
    let mut count = Count::default();
    models::visit(&mut count);
    assert!(count.models >= 5);
    assert_eq!(count.allocations, 0);
}

#[test]
fn validating_optional_properties_does_not_allocate() {
    // The maximum is 500 characters. This text has 500 characters, but 1,000 bytes, so validation has to
    // count the characters.
    let wan = wan_ai::wan_2_2::image_to_video::Input::example()
        .negative_prompt("é".repeat(500))
        .duration(5)
        .seed(1);
    let portrait = community::fantasy_portrait::image_to_video::Input::example()
        .shift(15)
        .steps(20)
        .number_of_frames(141)
        .frame_rate(24)
        .strength(0.3)
        .cfg(2.0);
    let happyhorse = happyhorse::happyhorse_1_0::reference_to_video::Input::example()
        .duration(15)
        .seed(2_147_483_647);
    let seedance = bytedance::seedance_v1_5_pro::image_to_video::Input::example().duration(12);
    assert_eq!(allocations_of(&wan), 0);
    assert_eq!(allocations_of(&portrait), 0);
    assert_eq!(allocations_of(&happyhorse), 0);
    assert_eq!(allocations_of(&seedance), 0);
}

#[test]
fn reporting_violations_allocates() {
    let invalid = wan_ai::wan_2_2::image_to_video::Input::example().duration(6);
    let counted = allocation_counter::measure(|| assert!(invalid.validate().is_err()));
    assert!(counted.count_total > 0);
}
