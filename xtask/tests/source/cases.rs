//! The changes to test: pairs of models that differ in their input or output schema, or in `example`, `names`
//! or `model_id`.

use serde_json::{Value, json};

/// A change of one model.
pub(crate) struct Case {
    pub(crate) old: Value,
    pub(crate) new: Value,
}

/// All cases. The model ids of a case occur in no other case.
pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for [one, other] in objects() {
        for [old, new] in [[&one, &other], [&other, &one]] {
            for is_input in [true, false] {
                let model = |schema: &Value| {
                    let empty = json!({ "type": "object", "properties": {} });
                    let (input, output) = if is_input {
                        (schema, &empty)
                    } else {
                        (&empty, schema)
                    };
                    json!({ "input": input, "output": { "output": output } })
                };
                cases.push([model(old), model(new)]);
            }
        }
    }
    for [one, other] in models() {
        cases.push([one.clone(), other.clone()]);
        cases.push([other, one]);
    }
    let cases = cases.into_iter().enumerate();
    cases
        .map(|(index, [old, new])| {
            let is_rename = old["model_id"] != new["model_id"];
            let with_id = |mut model: Value| {
                let name = model["model_id"].as_str().unwrap_or("run");
                model["model_id"] = format!("kinds/case-{index}/{name}").into();
                // The rename of a model is recognized only if no other removed or added model has the same
                // schemas, so `maximum` differs from case to case.
                if is_rename {
                    model["input"]["properties"]["steps"]["maximum"] = (index + 100).into();
                }
                if let Some(names) = model.get_mut("names").and_then(Value::as_object_mut)
                    && let Some(module) = names.shift_remove("module")
                {
                    names.insert(format!("kinds/case-{index}/run"), module);
                }
                model
            };
            Case {
                old: with_id(old),
                new: with_id(new),
            }
        })
        .collect()
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

/// Pairs of schemas of one property.
fn properties() -> Vec<[Value; 2]> {
    let mut pairs = Vec::new();
    for (ty, low, high) in [("integer", 2, 4), ("number", 2, 4)] {
        for keyword in [
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
        ] {
            pairs.push([json!({ "type": ty }), json!({ "type": ty, keyword: low })]);
            pairs.push([
                json!({ "type": ty, keyword: low }),
                json!({ "type": ty, keyword: high }),
            ]);
        }
    }
    pairs.push([
        json!({ "type": "integer", "multipleOf": 4 }),
        json!({ "type": "integer", "multipleOf": 6 }),
    ]);
    for (ty, minimum, maximum) in [
        ("string", "minLength", "maxLength"),
        ("array", "minItems", "maxItems"),
    ] {
        for keyword in [minimum, maximum] {
            pairs.push([json!({ "type": ty }), json!({ "type": ty, keyword: 2 })]);
            pairs.push([
                json!({ "type": ty, keyword: 2 }),
                json!({ "type": ty, keyword: 3 }),
            ]);
        }
    }
    let restated = [
        [
            json!({ "type": "integer", "minimum": 1 }),
            json!({ "type": "integer", "exclusiveMinimum": 0 }),
        ],
        [
            json!({ "type": "integer", "maximum": 1 }),
            json!({ "type": "integer", "exclusiveMaximum": 2 }),
        ],
        [
            json!({ "type": "integer" }),
            json!({ "type": "integer", "multipleOf": 1 }),
        ],
        [
            json!({ "type": "string" }),
            json!({ "type": "string", "minLength": 0 }),
        ],
        [
            json!({ "type": "array" }),
            json!({ "type": "array", "minItems": 0 }),
        ],
    ];
    pairs.extend(restated);
    let strings = |values: &[&str]| json!({ "type": "string", "enum": values });
    let integers = |values: &[i64]| json!({ "type": "integer", "enum": values });
    let list = |items: Value| json!({ "type": "array", "items": items });
    let point = object(json!({ "x": { "type": "number" } }), &[]);
    let types = [
        [strings(&["a", "b"]), strings(&["a"])],
        [strings(&["a"]), strings(&["b"])],
        [json!({ "type": "string" }), strings(&["a", "b"])],
        [integers(&[1, 2]), integers(&[1])],
        [json!({ "type": "integer" }), integers(&[1, 2])],
        [
            json!({ "type": "integer", "minimum": 1, "maximum": 2 }),
            integers(&[1, 2]),
        ],
        [json!({ "type": "integer" }), json!({ "type": "number" })],
        [json!({ "type": "number" }), json!({ "type": "float" })],
        [integers(&[5, 10]), json!({ "type": "float", "maximum": 8 })],
        [json!({ "type": "integer" }), json!({ "type": "string" })],
        [json!({ "type": "boolean" }), json!({ "type": "string" })],
        [json!({ "type": "boolean" }), strings(&["on", "off"])],
        [json!({ "type": "number" }), json!({ "type": "boolean" })],
        [json!({ "type": "string" }), point.clone()],
        [
            json!({ "type": "string" }),
            list(json!({ "type": "string" })),
        ],
        [point.clone(), list(point.clone())],
        [strings(&["a"]), list(strings(&["a"]))],
        [list(json!({ "type": "string" })), list(strings(&["a"]))],
        [
            list(json!({ "type": "integer" })),
            list(json!({ "type": "number" })),
        ],
        [
            list(json!({ "type": "integer" })),
            list(json!({ "type": "string" })),
        ],
        [list(strings(&["a", "b"])), list(strings(&["a"]))],
    ];
    pairs.extend(types);
    let rule = |bound: u32, message: &str| {
        json!({ "type": "string", "format": "image_uri", "validations": [{
            "validation_rule": "width_pixels<",
            "validation_value": bound,
            "validation_error": message,
        }] })
    };
    let texts = [
        [
            json!({ "type": "integer" }),
            json!({ "type": "integer", "default": 1 }),
        ],
        [
            json!({ "type": "integer", "default": 1 }),
            json!({ "type": "integer", "default": 2 }),
        ],
        [
            json!({ "type": "string" }),
            json!({ "type": "string", "format": "uri" }),
        ],
        [
            json!({ "type": "string", "format": "uri" }),
            json!({ "type": "string", "format": "image_uri" }),
        ],
        [
            json!({ "type": "array" }),
            json!({ "type": "array", "format": "image_uris" }),
        ],
        [
            json!({ "type": "string", "format": "image_uri" }),
            rule(9, "Wide."),
        ],
        [rule(9, "Wide."), rule(5, "Wide.")],
        [rule(9, "Wide."), rule(9, "Too wide.")],
        [strings(&["a"]), rule(9, "Wide.")],
        [
            json!({ "type": "string" }),
            json!({ "type": "string", "title": "Title" }),
        ],
        [
            json!({ "type": "string" }),
            json!({ "type": "string", "description": "Text." }),
        ],
    ];
    pairs.extend(texts);
    pairs
}

/// Pairs of object schemas. They differ at the top level, in a nested object, or in the objects of a list.
fn objects() -> Vec<[Value; 2]> {
    let mut pairs: Vec<[Value; 2]> = properties()
        .into_iter()
        .map(|pair| pair.map(|schema| object(json!({ "p": schema }), &[])))
        .collect();
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer" });
    let distinctive = json!({ "type": "integer", "title": "Steps", "maximum": 9 });
    let titled = |title: &str| json!({ "type": "integer", "title": title });
    let two = json!({ "a": text, "b": number });
    let nested = |inner: Value| object(json!({ "outer": inner }), &[]);
    let wholes = [
        [object(json!({ "a": text }), &[]), object(two.clone(), &[])],
        [
            object(json!({ "a": text }), &[]),
            object(two.clone(), &["b"]),
        ],
        [
            object(json!({ "a": text }), &["a"]),
            object(two.clone(), &["a"]),
        ],
        [
            object(json!({ "a": text }), &["a"]),
            object(two.clone(), &["a", "b"]),
        ],
        [object(two.clone(), &[]), object(two.clone(), &["b"])],
        [
            object(two.clone(), &["a"]),
            object(two.clone(), &["a", "b"]),
        ],
        [
            object(two.clone(), &["a", "b"]),
            object(two.clone(), &["b", "a"]),
        ],
        [
            object(json!({ "steps": distinctive }), &[]),
            object(json!({ "rounds": distinctive }), &[]),
        ],
        [
            object(json!({ "1_steps": distinctive }), &[]),
            object(json!({ "2_steps": distinctive }), &[]),
        ],
        [
            object(json!({ "1_value": titled("Frames") }), &[]),
            object(json!({ "1_value": titled("Images") }), &[]),
        ],
        [
            object(json!({ "a": { "type": "integer", "default": 1 } }), &["a"]),
            object(json!({ "a": { "type": "integer", "default": 2 } }), &["a"]),
        ],
        [
            object(json!({ "a": { "type": "integer" } }), &["a"]),
            object(json!({ "a": { "type": "integer", "default": 2 } }), &["a"]),
        ],
        [
            json!({ "type": "object", "title": "One", "properties": {} }),
            json!({ "type": "object", "title": "Two", "properties": {} }),
        ],
    ];
    pairs.extend(wholes);
    for around in [
        |inner: Value| inner,
        |inner: Value| json!({ "type": "array", "items": inner }),
    ] {
        for [one, other] in [
            [object(json!({ "a": text }), &[]), object(two.clone(), &[])],
            [
                object(json!({ "a": text }), &[]),
                object(two.clone(), &["b"]),
            ],
            [object(two.clone(), &[]), object(two.clone(), &["a"])],
            [
                object(json!({ "m": { "type": "string", "enum": ["x"] } }), &[]),
                object(
                    json!({ "m": { "type": "string", "enum": ["x", "y"] } }),
                    &[],
                ),
            ],
            [
                object(json!({ "m": number }), &["m"]),
                object(json!({ "m": { "type": "integer", "maximum": 9 } }), &["m"]),
            ],
        ] {
            pairs.push([nested(around(one)), nested(around(other))]);
        }
    }
    pairs
}

/// Pairs of models with the same schemas. They differ in `example`, `names` or `model_id`.
fn models() -> Vec<[Value; 2]> {
    let schema = object(
        json!({
            "steps": { "type": "integer" },
            "ratio": { "type": "string", "enum": ["16:9", "auto"] },
            "look": object(json!({ "path": { "type": "string" } }), &[]),
        }),
        &[],
    );
    let plain = json!({ "input": schema, "output": { "output": schema } });
    let with = |key: &str, value: Value| {
        let mut model = plain.clone();
        model[key] = value;
        model
    };
    let run = object(
        json!({ "run": { "type": "string", "enum": ["fast"] } }),
        &[],
    );
    let taken = |names: Value| json!({ "model_id": "go", "input": run, "names": names });
    vec![
        [plain.clone(), with("example", json!({ "steps": 5 }))],
        [
            with("example", json!({ "steps": 4 })),
            with("example", json!({ "steps": 5 })),
        ],
        [plain.clone(), with("names", json!({ "steps": "rounds" }))],
        [
            plain.clone(),
            with("names", json!({ "ratio=16:9": "Wide" })),
        ],
        [plain.clone(), with("names", json!({ "module": "execute" }))],
        [plain.clone(), with("model_id", json!("walk"))],
        [
            with("model_id", json!("Run 1")),
            with("model_id", json!("run-1")),
        ],
        [
            taken(json!({ "run": "pace" })),
            taken(json!({ "run": "speed" })),
        ],
    ]
}
