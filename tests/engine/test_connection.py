"""Where Temporal is comes from its own profile or environment, over which only an explicit address goes."""

from pathlib import Path

import pytest

from engine.connection import EngineUnreachableError, connect, connect_embedded

NOBODY = "127.0.0.1:1"


async def told(**options: str | Path) -> str:
    with pytest.raises(EngineUnreachableError) as failure:
        await connect(**options)  # type: ignore[arg-type]  # the options of one test each
    return str(failure.value)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_PROFILE", "TEMPORAL_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))


async def test_the_environment_names_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", NOBODY)
    message = await told()
    assert f"no Temporal server answers at {NOBODY}" in message
    assert "worker.py --embedded" in message


async def test_a_profile_names_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text(f'[profile.staging]\naddress = "{NOBODY}"\nnamespace = "sms"\n', encoding="utf-8")
    monkeypatch.setenv("TEMPORAL_PROFILE", "staging")
    assert NOBODY in await told(config_file=profile)


async def test_an_address_goes_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:2")
    assert NOBODY in await told(address=NOBODY)


async def test_a_profile_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    profile = tmp_path / "temporal.toml"
    profile.write_text("[profile", encoding="utf-8")
    assert "the Temporal profile cannot be read" in await told(config_file=profile)


async def test_the_embedded_server_is_found_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "cloud.example:7233")
    monkeypatch.setenv("TEMPORAL_API_KEY", "not for this one")
    with pytest.raises(EngineUnreachableError, match=NOBODY):
        await connect_embedded(NOBODY)
