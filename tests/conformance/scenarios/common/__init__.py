"""What all REST APIs share: plans and keys, stages and deployments, routing, validators, templates, trace ids."""
