//! The outputs of successful jobs.

use serde_json::{Map, Value, json};

use super::files::Sample;
use crate::state::Model;

/// Words in model ids that indicate the kind of output, in order of precedence.
const WORDS: [(Sample, &[&str]); 3] = [
    (
        Sample::Audio,
        &["audio", "music", "speech", "tts", "voice", "song"],
    ),
    (Sample::Video, &["video", "animate", "i2v", "t2v"]),
    (Sample::Image, &["image", "photo", "edit"]),
];

/// Builds the output of a job: an object with one field. The value of the field is the URL of a sample file,
/// or an array that contains this URL. The URL begins with `file_base`.
///
/// Field names are tried in this order: first the singular and plural for the kind of file that the model id
/// indicates, then `video`, `videos`, `image`, `images`, `audio` and `audios`. The first name that occurs in
/// the `properties` of the output schema is used; if none occurs, the object is empty. Without `properties`,
/// the first name is used.
pub(crate) fn build(model: &Model, request_id: &str, file_base: &str) -> Value {
    let properties = model
        .output
        .as_ref()
        .and_then(|schema| schema.get("properties"));
    let likely = sample_for(&model.id);
    let samples = std::iter::once(likely).chain([Sample::Video, Sample::Image, Sample::Audio]);
    let fields = samples.flat_map(|sample| {
        let field = sample.field();
        [(sample, field.to_owned()), (sample, format!("{field}s"))]
    });
    let url = |sample: Sample| {
        Value::from(format!(
            "{file_base}/files/{request_id}/{}.{}",
            sample.field(),
            sample.extension()
        ))
    };
    let mut output = Map::new();
    for (sample, field) in fields {
        let Some(properties) = properties else {
            output.insert(field, url(sample));
            break;
        };
        if let Some(schema) = properties.get(&field) {
            let is_array = schema.get("type").and_then(Value::as_str) == Some("array");
            let value = if is_array {
                json!([url(sample)])
            } else {
                url(sample)
            };
            output.insert(field, value);
            break;
        }
    }
    Value::Object(output)
}

/// Chooses the sample for a model by the words in its id. The part between the last `-to-` and the next `/`
/// is searched first, then the whole id. An image is the default.
fn sample_for(id: &str) -> Sample {
    let id = id.to_ascii_lowercase();
    let target = id
        .rsplit_once("-to-")
        .map(|(_, target)| target.split('/').next());
    let find = |text: &str| {
        WORDS
            .iter()
            .find(|(_, words)| words.iter().any(|word| text.contains(word)))
            .map(|(sample, _)| *sample)
    };
    target
        .flatten()
        .and_then(find)
        .or_else(|| find(&id))
        .unwrap_or(Sample::Image)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Sample, build, sample_for};
    use crate::state::Models;

    #[test]
    fn the_sample_follows_from_the_model_id() {
        for (id, sample) in [
            ("kling/kling-video-o3/4K/image-to-video", Sample::Video),
            ("minimax/Hailuo Video 01 Live", Sample::Video),
            ("acme/video-tools/video-to-audio", Sample::Audio),
            ("acme/tones/music-generation", Sample::Audio),
            ("acme/paint-video/text-to-image", Sample::Image),
            ("acme/clip/image-to-video/fast", Sample::Video),
            ("acme/paint", Sample::Image),
        ] {
            assert_eq!(sample_for(id), sample, "{id}");
        }
    }

    fn output(model_id: &str, schema: Option<Value>) -> Value {
        let mut document = json!({ "model_id": model_id, "input": { "type": "object" } });
        if let Some(schema) = schema {
            document["output"] = schema;
        }
        let mut models = Models::default();
        models.add(&document, "test").unwrap();
        build(models.get(model_id).unwrap(), "r1", "http://h")
    }

    #[test]
    fn the_output_schema_determines_the_field() {
        assert_eq!(
            output("a/video", None),
            json!({ "video": "http://h/files/r1/video.mp4" })
        );
        assert_eq!(
            output("a/music", None),
            json!({ "audio": "http://h/files/r1/audio.mp3" })
        );
        let images = json!({ "output": { "properties": { "images": { "type": "array" } } } });
        let expected = json!({ "images": ["http://h/files/r1/image.png"] });
        assert_eq!(output("a/paint", Some(images.clone())), expected);
        assert_eq!(
            output("a/video", Some(images)),
            expected,
            "the schema has precedence over the id"
        );
    }
}
