"""Which requests meet a method."""

from __future__ import annotations

import json

from tests.conformance.registry import scenario
from tests.conformance.run import Invoked, Run
from tests.conformance.scenarios.calls import method_of, new_api, resource


def _refused(answer: Invoked) -> dict[str, object]:
    return {"content": json.loads(answer.text), "errorType": answer.header("x-amzn-ErrorType")}


@scenario("common", "TestApigatewayRouting::test_routing_not_found")
def not_routed(run: Run) -> None:
    api, root = new_api(run)
    where = method_of(api, resource(run, api, root, "existing"))
    run.apigw.put_method(**where, authorizationType="NONE")
    run.apigw.put_integration(
        **where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'}
    )
    run.apigw.put_method_response(**where, statusCode="200")
    run.apigw.put_integration_response(
        **where,
        statusCode="200",
        responseTemplates={"application/json": '{"statusCode": 200, "message": "exists"}'},
    )
    run.apigw.create_deployment(restApiId=api, stageName="dev")
    run.match("working-route", json.loads(run.invoke(api, "dev", "/existing").text), "Invoke")
    run.match("not-found", _refused(run.invoke(api, "dev", "/random")), "Invoke")
    run.match("wrong-method", _refused(run.invoke(api, "dev", "/existing", "POST")), "Invoke")
