//! The part of the API document about processes and their jobs.

use serde_json::{Value as Json, json};

use super::openapi::responses;

/// The parameters of the list of jobs.
fn of_jobs() -> Vec<Json> {
    let texts = || json!({"type": "array", "items": {"type": "string"}});
    let seconds = || json!({"type": "number", "minimum": 0});
    vec![
        f(),
        limit(),
        query(
            "type",
            "Only jobs of this kind",
            json!({"type": "array", "items": {"type": "string", "enum": ["process"]}}),
        ),
        query("processID", "Only jobs of these processes", texts()),
        query("status", "Only jobs that stand so", texts()),
        query(
            "datetime",
            "Only jobs asked for at this time",
            json!({"type": "string"}),
        ),
        query(
            "minDuration",
            "Only jobs that took as many seconds or more",
            seconds(),
        ),
        query(
            "maxDuration",
            "Only jobs that took as many seconds or less",
            seconds(),
        ),
    ]
}

fn query(name: &str, description: &str, schema: Json) -> Json {
    json!({"name": name, "in": "query", "required": false, "style": "form", "explode": false,
        "description": description, "schema": schema})
}

fn f() -> Json {
    json!({"$ref": "#/components/parameters/f"})
}

fn limit() -> Json {
    query(
        "limit",
        "At most so many",
        json!({"type": "integer", "minimum": 1, "maximum": 10_000}),
    )
}

/// Path, method and operation of everything about processes.
pub(super) fn processes() -> Vec<(&'static str, &'static str, Json)> {
    let place = |name: &str, description: &str| json!({"name": name, "in": "path", "required": true, "description": description, "schema": {"type": "string"}});
    let process = || place("processID", "Id of the process");
    let job = || place("jobID", "Id of the job");
    let get = |id: &str, summary: &str, parameters: Vec<Json>| {
        let forms = [("application/json", "document"), ("text/html", "page")];
        operation(id, summary, parameters, responses(&forms, false))
    };
    let one = |id: &str, summary: &str, parameters: Vec<Json>| {
        let forms = [
            ("application/json", "document"),
            ("application/geo+json", "document"),
        ];
        operation(id, summary, parameters, responses(&forms, false))
    };
    vec![
        (
            "/processes",
            "get",
            get("processes", "What can be computed", vec![f(), limit()]),
        ),
        (
            "/processes/{processID}",
            "get",
            get(
                "process",
                "A process with its inputs and outputs",
                vec![process(), f()],
            ),
        ),
        (
            "/processes/{processID}/execution",
            "post",
            execution(process()),
        ),
        (
            "/jobs",
            "get",
            get(
                "jobs",
                "Jobs that wait, run or are kept, newest first",
                of_jobs(),
            ),
        ),
        (
            "/jobs/{jobID}",
            "get",
            get("job", "How a job stands", vec![job(), f()]),
        ),
        (
            "/jobs/{jobID}",
            "delete",
            one(
                "dismiss",
                "Calls a job off, or forgets one that has ended",
                vec![job()],
            ),
        ),
        (
            "/jobs/{jobID}/results",
            "get",
            one("results", "What a job came to", vec![job()]),
        ),
    ]
}

fn operation(id: &str, summary: &str, parameters: Vec<Json>, responses: Json) -> Json {
    json!({"operationId": id, "tags": ["processes"], "summary": summary, "parameters": parameters, "responses": responses})
}

fn execution(process: Json) -> Json {
    let forms = [
        ("application/json", "document"),
        ("application/geo+json", "document"),
    ];
    let mut answers = responses(&forms, false);
    answers["201"] = json!({
        "description": "A job; it is told of at Location",
        "headers": {"Location": {"description": "Address of the job", "schema": {"type": "string", "format": "uri"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/document"}}},
    });
    answers["204"] = json!({"description": "Done; no output was wanted"});
    for code in ["413", "415", "422", "503"] {
        answers[code] = json!({"$ref": "#/components/responses/Problem"});
    }
    let prefer = json!({"name": "Prefer", "in": "header", "required": false, "schema": {"type": "string"},
        "description": "respond-async = as a job"});
    let mut about = operation("execute", "Runs a process", vec![process, prefer], answers);
    about["requestBody"] = json!({"required": true, "content": {"application/json": {"schema": {
        "type": "object",
        "properties": {
            "inputs": {"type": "object", "description": "Inputs by name, as the process describes them"},
            "outputs": {"type": "object", "description": "Outputs that are wanted; left out = all, empty = none"},
            "response": {"type": "string", "enum": ["raw", "document"], "default": "raw",
                "description": "The output alone, or under its name"},
        },
    }}}});
    about
}
