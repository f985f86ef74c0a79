"""The embedded AWS held against answers that were recorded from AWS's own API Gateway.

``python -m tests.conformance [word …]`` (or ``make conformance``, ``make conformance ONLY=word``) runs every scenario whose
``file::scenario`` holds one of the words, prints a table by operation, each unlisted difference, and ``N passed, M failed``.
It writes ``var/conformance.json``. The recordings are ``recorded/test_apigateway_<file>.snapshot.json`` in the samples.

How to add a scenario
---------------------
A recording keeps the answers only; a scenario makes the calls that lead to them. Put a short function into a module of
``tests/conformance/scenarios/`` (any depth; modules are found by themselves) and name the recording it answers for::

    @scenario("api", "TestApiGatewayApiRestApi::test_get_api")
    def get_api(run: Run) -> None:
        made = run.step("create-rest-api", run.apigw.create_rest_api, name=run.unique())
        run.step("get-upper-case", run.apigw.get_rest_api, restApiId=made["id"].upper())

- ``run.step(name, call, **arguments)`` makes a boto3 call, compares what it returns (or the refusal's response) with the
  recorded step of that name, and returns it. Calls that were not recorded are made directly: ``run.apigw.put_method(…)``.
- ``run.match(name, value, "Operation")`` compares any other value, such as what ``run.invoke(…)`` got from a stage.
- ``run.bind("<upper-id>", value)`` says beforehand what a placeholder stands for.
- ``unordered=("items",)`` of both names lists whose order means nothing.
- More keywords of ``scenario`` are handed to the function; stack decorators for a parametrised recording:
  ``@scenario("extended", "test_export[PETS]", document="pets.json")``.
- ``run.sample("pets.json")`` is the bytes of a file of ``openapi/localstack``.

Every scenario starts with an empty embedded AWS. Every recorded step must be made; one that is not counts as failed. Steps made
of one pattern are a table and a loop, not copies of each other.

How a step is compared
----------------------
See ``normal`` and ``compare``: whole answers, status, error code and message; a placeholder such as ``<id:1>`` in the
recording stands for the same text throughout a scenario, and ``<id:2>`` for another one; times, region and account are their own.

Known differences
-----------------
``known.py`` lists each with its reason. A failure that is not listed fails the run, and so does a listed one that passes.
"""
