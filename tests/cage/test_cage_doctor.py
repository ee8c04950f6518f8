"""What `grader doctor` says."""

import json

import pytest
from conftest import run_in

from grader.run import doctor
from grader.run.guarantees import GUARANTEES, Level, Strength
from grader.run.levels import Attempt, Isolation


def isolation(level, *attempts):
    vector = dict.fromkeys(GUARANTEES, Strength.ENFORCED)
    return Isolation(
        level=level, vector=vector, attempts=attempts, kernel="Linux 6.8", root=False
    )


REFUSED = Attempt(level=Level.L2, error="PermissionError: unshare", landlock=4)


def say(as_json):
    import contextlib
    import io

    from grader.cli.doctoring import doctor as command

    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        status = command(json=as_json)
    return status, text.getvalue()


def test_the_text_names_level_and_guarantees():
    """A person reads what holds, what does not, and why."""
    status, text = run_in("plain-closed", say, False)

    assert status == 0
    assert "isolation    L1: Landlock and a filter on system calls" in text
    assert "reads no file it was not given     enforced" in text
    assert "cannot talk to another box         absent" in text
    assert "not L2: PermissionError: [Errno 1] clone: Operation not permitted" in text
    assert "What would give more:" in text


def test_the_data_are_whole():
    """Everything the text says is in the JSON, each attack included."""
    status, text = run_in("plain", say, True)
    found = json.loads(text)

    assert status == 0
    assert found["level"] == "L2"
    assert set(found["guarantees"]) == set(GUARANTEES)
    assert found["attempts"][-1]["findings"]["read_secret"] == "blocked"
    assert dict(found["versions"])["python"].startswith("3.")


def test_no_isolation_is_exit_status_3():
    """Below L1 grades are not tamper-proof, and a script can tell."""
    found = doctor.examine(isolation(Level.L0, REFUSED))

    assert found.exit_status == 3
    assert "no isolation: grades are not tamper-proof" in found.as_text()


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("APPARMOR", 1, "flags=(unconfined) { userns, }"),
        ("MOST", 0, "sysctl user.max_user_namespaces"),
        ("CLONE", 0, "sysctl kernel.unprivileged_userns_clone=1"),
    ],
)
def test_each_refusal_has_its_remedy(name, number, said, tmp_path, monkeypatch):
    """The command is printed; nothing is changed."""
    file = tmp_path / "setting"
    file.write_text(f"{number}\n", encoding="ascii")
    monkeypatch.setattr(doctor, name, file)

    remedies = doctor.remedies(isolation(Level.L1, REFUSED))

    assert any(said in remedy for remedy in remedies)


def test_a_plain_user_is_told_of_delegation():
    """L3 needs a control group that systemd gives away."""
    failed = Attempt(level=Level.L3, error="no control group can be made here")

    (remedy,) = doctor.remedies(isolation(Level.L2, failed))

    assert "systemd-run --user --scope -p Delegate=yes" in remedy


def test_a_container_and_a_runner_are_recognised(tmp_path, monkeypatch):
    """Docker and GitHub each have their own way out."""
    monkeypatch.setattr(doctor, "CONTAINERS", (tmp_path,))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")

    text = " ".join(doctor.remedies(isolation(Level.L1, REFUSED)))

    assert "--security-opt systempaths=unconfined" in text
    assert "sudo -E env" in text
