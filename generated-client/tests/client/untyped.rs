//! The list of models, and jobs whose model is chosen by its id at run time.

use runcomfy_client::{
    ErrorKind, JsonOutput, Model, ModelOutput, ModelVisitor, StoredJob, Untyped, models,
};
use runcomfy_sandbox::{Endpoint, Progress, Sandbox};
use serde_json::{Value, json};

use crate::support::{TextToVideo, schemas, set_up, set_up_with};

#[test]
fn every_model_is_described() {
    struct Ids(Vec<&'static str>);
    impl ModelVisitor for Ids {
        fn visit<M: Model>(&mut self, _: M) {
            self.0.push(M::ID);
            let model = models::find(M::ID).unwrap();
            assert_eq!(model.id(), M::ID);
            assert_eq!(model.path(), M::PATH);
            assert_eq!(Some(model.owner()), M::ID.split('/').next());
            assert_eq!(model.media(), M::MEDIA);
            assert!(!model.title().is_empty());
            let example = M::example().map(|input| serde_json::to_value(input).unwrap());
            assert_eq!(model.example(), example);
            if let Some(example) = example {
                model.validate(&example).unwrap();
            }
        }
    }
    let mut ids = Ids(Vec::new());
    models::visit(&mut ids);
    ids.0.sort_unstable();
    let all: Vec<&str> = models::all().iter().map(|model| model.id()).collect();
    assert_eq!(all, ids.0);
    assert!(models::find("acme/unknown").is_none());
}

/// The expected values are read from the model files, not from the generated code.
#[test]
fn required_properties_and_schemas_are_those_of_the_model_files() {
    for (id, text) in schemas::model_files() {
        let file: Value = serde_json::from_str(&text).unwrap();
        let model = models::find(&id).unwrap();
        let required = file["input"]["required"].as_array().cloned();
        let expected: Vec<Value> = required.unwrap_or_default();
        assert_eq!(json!(model.required()), json!(expected), "{id}");
        let schema = model.input_schema().unwrap();
        let names = |schema: &Value| -> Vec<String> {
            let properties = schema["properties"].as_object();
            let mut names: Vec<String> = properties
                .into_iter()
                .flatten()
                .map(|(n, _)| n.clone())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names(&schema), names(&file["input"]), "{id}");
        let invalid = json!({ "no such property": 1 });
        assert!(model.validate(&invalid).is_err(), "{id}");
        assert!(!jsonschema::is_valid(&schema, &invalid), "{id}");
    }
}

#[test]
fn tools_have_unique_names_that_interfaces_accept() {
    let tools = models::tools();
    assert_eq!(tools.len(), models::all().len());
    for tool in &tools {
        let is_valid = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        assert!(
            tool.name.len() <= 64 && tool.name.chars().all(is_valid),
            "{}",
            tool.name
        );
        assert_eq!(
            tools.iter().filter(|other| other.name == tool.name).count(),
            1
        );
        assert!(tool.description.contains(tool.model_id));
        let json = serde_json::to_string(tool).unwrap();
        assert!(
            !json.contains("modelApiDoc_"),
            "an untranslated key in {json}"
        );
        let json: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["input_schema"]["type"], "object");
        assert_eq!(json.as_object().unwrap().len(), 3);
    }
}

#[tokio::test]
async fn a_model_known_at_run_time_runs_to_its_files() {
    let sandbox = Sandbox::builder().schemas(schemas::FOLDER);
    let sandbox = sandbox
        .token(crate::support::TOKEN)
        .progress(Progress::Polls {
            queued: 1,
            running: 0,
        });
    let (sandbox, client, _) = set_up_with(sandbox).await;
    for model in models::all() {
        let Some(input) = model.example() else {
            continue;
        };
        let job = client.submit_json(model.id(), &input).await.unwrap();
        assert_eq!(job.model_id(), model.id());
        let finished = job.wait().await.unwrap();
        assert!(!finished.output.urls().is_empty(), "{}", model.id());
        let job = sandbox.job(job.request_id()).unwrap();
        assert_eq!((job.model_id.as_str(), &job.input), (model.id(), &input));
    }
}

#[tokio::test]
async fn an_invalid_input_or_an_unknown_model_is_not_sent() {
    let (sandbox, client, _) = set_up().await;
    let model = models::all()[0];
    let error = client
        .submit_json(model.id(), &json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.violations().map(|all| all.as_slice().len()),
        Some(model.required().len())
    );
    let error = client
        .submit_json(TextToVideo::ID, &json!({}))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownModel);
    assert!(
        error.to_string().contains("submit_json_unchecked"),
        "{error}"
    );
    for id in ["", "one", "a//b", "a/../b", "/a/b", "a/b/", "1/2/3/4/5/6"] {
        let error = client
            .submit_json_unchecked(id, &json!({}))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{id}");
    }
    assert!(sandbox.requests().is_empty());
}

#[tokio::test]
async fn a_model_that_is_not_compiled_in_can_be_called_unchecked() {
    let (sandbox, client, _) = set_up().await;
    let input = json!({ "prompt": "a cat" });
    let job = client
        .submit_json_unchecked(TextToVideo::ID, &input)
        .await
        .unwrap();
    assert_eq!(sandbox.requests()[0].path, TextToVideo::PATH);
    let stored = serde_json::to_string(&job).unwrap();
    let stored: StoredJob<Untyped> = serde_json::from_str(&stored).unwrap();
    assert_eq!(stored.model_id(), TextToVideo::ID);
    let finished = client.resume_stored(stored).wait().await.unwrap();
    assert_eq!(finished.output.to_value(), finished.json["output"]);
    let resumed = client
        .resume_json(TextToVideo::ID, job.request_id())
        .unwrap();
    let again = resumed.result().await.unwrap().unwrap();
    assert_eq!(again.output, finished.output);
    assert_eq!(sandbox.stats().requests(Endpoint::Submit), 1);
}

#[test]
fn the_urls_of_an_untyped_output_are_those_of_its_media_properties() {
    let urls = |output: Value| JsonOutput(output).urls();
    let url = "https://example.com/a.png";
    let one = |name: &str| vec![(name.to_owned(), url.to_owned())];
    assert_eq!(urls(json!({ "image": url, "prompt": url })), one("image"));
    assert_eq!(urls(json!([url])), one("output"));
    assert_eq!(urls(json!(url)), one("output"));
    assert_eq!(urls(json!({ "seed": 7 })), []);
}
