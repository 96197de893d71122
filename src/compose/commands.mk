# Commands on single containers, and those that tell about the host.
compose_commands_sources =
