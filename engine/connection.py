"""Connecting to Temporal: any server that ``temporalio.envconfig`` can name, by profile file or environment."""

from pathlib import Path

from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile

from engine.plugin import FilingPlugin

DEFAULT_ADDRESS = "localhost:7233"


class EngineUnreachableError(Exception):
    """No Temporal server answers at the address, or it does not let this client in."""


async def connect_embedded(address: str) -> Client:
    """Connect to an embedded server on this machine, whatever profile or key is set for another.

    Raises:
        EngineUnreachableError: It does not answer.
    """
    try:
        return await Client.connect(address, plugins=[FilingPlugin()])
    except RuntimeError as failure:
        raise EngineUnreachableError(f"the embedded Temporal server does not answer at {address}") from failure


async def connect(
    *, address: str | None = None, namespace: str | None = None, config_file: Path | None = None, lazy: bool = False
) -> Client:
    """Connect to Temporal.

    Args:
        address: ``host:port`` that overrides profile and environment.
        namespace: Namespace that overrides profile and environment.
        config_file: Profile file in place of the default one.
        lazy: Connect on first use, not now.

    Raises:
        EngineUnreachableError: With the address and what to do in its message.
    """
    try:
        profile = ClientConfigProfile.load(config_source=config_file)
    except Exception as failure:
        raise EngineUnreachableError(f"the Temporal profile cannot be read: {failure}") from failure
    options = profile.to_client_connect_config()
    target = address or options.get("target_host") or DEFAULT_ADDRESS
    options["target_host"] = target
    if namespace:
        options["namespace"] = namespace
    try:
        return await Client.connect(**options, plugins=[FilingPlugin()], lazy=lazy)
    except RuntimeError as failure:
        raise EngineUnreachableError(
            f"no Temporal server answers at {target}. Start one with 'python worker.py --embedded', or set "
            f"TEMPORAL_ADDRESS (or a profile) to the one you mean"
        ) from failure
