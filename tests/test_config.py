"""Settings: good ones are read, bad ones stop the start and name their variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from riskctl import create_app
from riskctl.config import BadSetting, load_settings
from riskctl.documents import fonts, render
from tests.conftest import TEST_KEY, settings_for

ROOT = Path(__file__).parents[1]
SECRETS = {f"RISKCTL_{name}": f"{TEST_KEY}{name}" for name in ("SECRET_KEY", "FIELD_KEY", "AUDIT_KEY")}


def test_the_three_secrets_suffice(tmp_path: Path) -> None:
    settings = load_settings({**SECRETS, "RISKCTL_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'riskctl.db'}"
    assert settings.attachments_dir == tmp_path / "attachments"
    assert (settings.hash_name, settings.time_zone, settings.secure_cookies) == (
        "sha256", "Asia/Shanghai", False,
    )  # fmt: skip
    assert settings.preprinted_mm == 0  # heads are drawn


def test_every_setting_is_read(tmp_path: Path) -> None:
    settings = load_settings(
        {
            **SECRETS, "RISKCTL_DATA_DIR": str(tmp_path), "RISKCTL_DATABASE_URL": "postgresql://u:p@db:5432/risk",
            "RISKCTL_HASH": "sm3", "RISKCTL_TIME_ZONE": "UTC", "RISKCTL_PUBLIC_URL": "https://lf.example/",
            "RISKCTL_MAX_UPLOAD_MB": "50", "RISKCTL_IDLE_MINUTES": "30", "RISKCTL_SECURE_COOKIES": "1",
            "RISKCTL_PREPRINTED_MM": "80",
        }
    )  # fmt: skip
    assert settings.database_url == "postgresql+psycopg://u:p@db:5432/risk"
    assert (settings.hash_name, settings.time_zone, settings.public_url) == (
        "sm3",
        "UTC",
        "https://lf.example",
    )
    assert (settings.max_upload_mb, settings.idle_minutes, settings.secure_cookies) == (50, 30, True)
    assert settings.preprinted_mm == 80


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in SECRETS for value in ("", "short")),
        ("RISKCTL_DATABASE_URL", "mysql://db/risk"),
        ("RISKCTL_DATABASE_URL", "riskctl.db"),
        ("RISKCTL_DATABASE_URL", "sqlite://"),
        ("RISKCTL_DATABASE_URL", "sqlite:///:memory:"),
        ("RISKCTL_DATABASE_URL", "postgresql://db"),
        ("RISKCTL_DATABASE_URL", "postgresql://db:port/risk"),
        ("RISKCTL_HASH", "md5"),
        ("RISKCTL_TIME_ZONE", "Beijing"),
        ("RISKCTL_PUBLIC_URL", "lf.example"),
        ("RISKCTL_PUBLIC_URL", "javascript:alert(1)"),
        ("RISKCTL_MAX_UPLOAD_MB", "0"),
        ("RISKCTL_MAX_UPLOAD_MB", "-1"),
        ("RISKCTL_MAX_UPLOAD_MB", "20MB"),
        ("RISKCTL_MAX_UPLOAD_MB", "9999999999"),
        ("RISKCTL_IDLE_MINUTES", "never"),
        ("RISKCTL_SECURE_COOKIES", "yes"),
        ("RISKCTL_PREPRINTED_MM", "36"),
        ("RISKCTL_PREPRINTED_MM", "131"),
    ],
)
def test_a_bad_value_names_its_variable_and_never_a_secret(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refused:
        load_settings({**SECRETS, "RISKCTL_DATA_DIR": str(tmp_path), name: value})
    assert name in refused.value.message
    assert TEST_KEY not in refused.value.message


def test_a_data_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    for folder in (file, file / "below"):
        with pytest.raises(BadSetting, match="RISKCTL_DATA_DIR"):
            create_app(load_settings({**SECRETS, "RISKCTL_DATA_DIR": str(folder)}))


def test_production_does_not_start_without_its_secrets(tmp_path: Path) -> None:
    env = {k: v for k, v in os.environ.items() if not k.startswith("RISKCTL_")}
    for name in SECRETS:
        given = {**SECRETS, "RISKCTL_DATA_DIR": str(tmp_path)}
        del given[name]
        started = subprocess.run(
            [sys.executable, "-c", "import wsgi"],
            env={**env, **given}, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert started.returncode != 0
        assert name in started.stderr
        assert TEST_KEY not in started.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_start_without_fonts_warns_and_leaves_heads_to_the_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fonts, "check", lambda: ["缺少文书字体 FandolFang-Regular.otf"])
    monkeypatch.setattr(render, "_preprinted", 0)
    create_app(settings_for(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, preprinted_mm=72))
    assert "缺少文书字体 FandolFang-Regular.otf" in capsys.readouterr().err
    assert render._preprinted == 72


def test_secure_cookies_reach_the_browser_only_encrypted(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'x.db'}", tmp_path, secure_cookies=True))
    assert app.config["SESSION_COOKIE_SECURE"]
    assert app.config["SESSION_COOKIE_HTTPONLY"]
    assert app.config["SESSION_COOKIE_SAMESITE"] == "Lax"


def test_the_demos_keys_lie_beside_its_data_and_the_environment_goes_first(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in SECRETS.items()]
    (tmp_path / "demo-keys").write_text("\n".join([*lines, "RISKCTL_HASH=sm3", "nonsense"]), encoding="ascii")
    found = load_settings(
        {"RISKCTL_DATA_DIR": str(tmp_path), "RISKCTL_AUDIT_KEY": "another-test-key-" + "a" * 16}
    )
    assert found.secret_key == SECRETS["RISKCTL_SECRET_KEY"]
    assert found.audit_key == "another-test-key-" + "a" * 16
    assert found.hash_name == "sha256"  # keys and nothing else
