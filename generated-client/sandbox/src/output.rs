//! The output a finished job has.

use serde_json::{Map, Value, json};

use crate::files::Kind;
use crate::models::Model;

/// Words of a model id by what they promise, the more telling kind first: an
/// `image-to-video` model makes videos, a `video-to-audio` model makes sound.
const WORDS: [(Kind, &[&str]); 3] = [
    (
        Kind::Audio,
        &["audio", "music", "speech", "tts", "voice", "song"],
    ),
    (Kind::Video, &["video", "animate", "i2v", "t2v"]),
    (Kind::Image, &["image", "photo", "edit"]),
];

/// Builds an output for a job of this model, with URLs below `files`, the base of the file call.
pub(crate) fn build(model: &Model, request_id: &str, files: &str) -> Value {
    let properties = model
        .output
        .as_ref()
        .and_then(|schema| schema.get("properties"));
    let kind = kind_of(&model.id);
    let kinds = std::iter::once(kind).chain([Kind::Video, Kind::Image, Kind::Audio]);
    let keys = kinds.flat_map(|kind| {
        let word = kind.word();
        [(kind, word.to_owned()), (kind, format!("{word}s"))]
    });
    let url = |kind: Kind| {
        Value::from(format!(
            "{files}/files/{request_id}/{}.{}",
            kind.word(),
            kind.extension()
        ))
    };
    let mut output = Map::new();
    for (kind, key) in keys {
        let Some(properties) = properties else {
            output.insert(key, url(kind));
            break;
        };
        if let Some(schema) = properties.get(&key) {
            let several = schema.get("type").and_then(Value::as_str) == Some("array");
            output.insert(
                key,
                if several {
                    json!([url(kind)])
                } else {
                    url(kind)
                },
            );
            break;
        }
    }
    Value::Object(output)
}

/// What a model makes, read off its id: what follows `-to-` if it has that, else any telling word.
fn kind_of(id: &str) -> Kind {
    let id = id.to_ascii_lowercase();
    let target = id
        .rsplit_once("-to-")
        .map(|(_, target)| target.split('/').next());
    let find = |text: &str| {
        WORDS
            .iter()
            .find(|(_, words)| words.iter().any(|word| text.contains(word)))
            .map(|(kind, _)| *kind)
    };
    target
        .flatten()
        .and_then(find)
        .or_else(|| find(&id))
        .unwrap_or(Kind::Image)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{build, kind_of};
    use crate::files::Kind;
    use crate::models::Models;

    #[test]
    fn an_id_says_what_its_model_makes() {
        for (id, kind) in [
            ("kling/kling-video-o3/4K/image-to-video", Kind::Video),
            ("minimax/Hailuo Video 01 Live", Kind::Video),
            ("acme/video-tools/video-to-audio", Kind::Audio),
            ("acme/tones/music-generation", Kind::Audio),
            ("acme/paint-video/text-to-image", Kind::Image),
            ("acme/clip/image-to-video/fast", Kind::Video),
            ("acme/paint", Kind::Image),
        ] {
            assert_eq!(kind_of(id), kind, "{id}");
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
    fn the_schema_says_which_key_and_whether_it_is_an_array() {
        assert_eq!(
            output("a/video", None),
            json!({ "video": "http://h/files/r1/video.mp4" })
        );
        assert_eq!(
            output("a/music", None),
            json!({ "audio": "http://h/files/r1/audio.mp3" })
        );
        let images = json!({ "output": { "properties": { "images": { "type": "array" } } } });
        let wanted = json!({ "images": ["http://h/files/r1/image.png"] });
        assert_eq!(output("a/paint", Some(images.clone())), wanted);
        assert_eq!(
            output("a/video", Some(images)),
            wanted,
            "the schema knows better than the id"
        );
    }
}
