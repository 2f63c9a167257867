"""Every account of the platform and all that it may do: a list that a change has to change too.

A role is followed by what it is held on. What is held on a bucket, a data set or a repository is
not held on the project, where it would reach everything of its kind.
"""

import re

GRANT = "gcp:projects/iAMMember:IAMMember"
RUNS = {
    "logging.logWriter @ project",
    "artifactregistry.reader @ repository",
}
TRAINS = {
    "storage.legacyBucketReader @ bucket",
    "storage.objectUser @ bucket",
    "storage.objectViewer @ bucket",
    "bigquery.dataViewer @ data set",
}
CALLS = {"run.invoker @ service"}
ALLOWED: dict[str, set[str]] = {
    "pipeline-runner": RUNS
    | TRAINS
    | {
        "own:identities-pipeline-runner @ project",
        "own:identities-rollout @ endpoint",
        "own:spark-submitter @ project",
        "bigquery.dataEditor @ data set",
        "bigquery.dataViewer @ table",
        "bigquery.readSessionUser @ project",
        "iam.serviceAccountUser @ account",
        "secretmanager.secretAccessor @ secret",
        "storage.objectCreator @ bucket",
    },
    "trainer": RUNS | TRAINS | {"own:experiments-writer @ project"},
    "predictor": RUNS | {"storage.objectViewer @ bucket", "own:online-store-reader @ online store"},
    "spark": {
        "bigquery.dataViewer @ table",
        "bigquery.readSessionUser @ project",
        "dataproc.worker @ project",
        "storage.objectUser @ bucket",
        "storage.objectViewer @ bucket",
    },
    "builder": {
        "artifactregistry.writer @ repository",
        "binaryauthorization.attestorsVerifier @ attestor",
        "cloudkms.signer @ key",
        "containeranalysis.notes.attacher @ note",
        "containeranalysis.occurrences.editor @ project",
        "logging.logWriter @ project",
        "ondemandscanning.admin @ project",
        "storage.objectViewer @ bucket",
    },
    "rebuilds": {"own:workstation-image-starter @ project", "iam.serviceAccountUser @ account"},
    "function-builder": {
        "artifactregistry.writer @ repository",
        "logging.logWriter @ project",
        "storage.objectViewer @ bucket",
    },
    "cancel-diverging": {"own:cancel-diverging @ project", "bigquery.dataEditor @ table"},
    "cancel-diverging-call": CALLS,
    "spend-cap": {"own:spend-cap @ project", "bigquery.dataEditor @ table"},
    "spend-cap-call": CALLS,
    "reaper": {"own:reaper @ project", "bigquery.dataEditor @ table"},
    "reaper-call": CALLS,
    "workstation": {
        "artifactregistry.reader @ repository",
        "logging.bucketWriter @ project",
        "logging.logWriter @ project",
    },
    "workstation-disks": {"cloudkms.cryptoKeyEncrypterDecrypter @ key"},
    "notebook": {"logging.logWriter @ project"},
    "serve-MODEL": {"storage.objectViewer @ bucket"},
    "ci-previewer": {"own:duties-previewer @ project"},
}
PLACES = {
    "projects/iAMMember:IAMMember": "project",
    "storage/bucketIAMMember:BucketIAMMember": "bucket",
    "bigquery/datasetIamMember:DatasetIamMember": "data set",
    "bigquery/iamMember:IamMember": "table",
    "artifactregistry/repositoryIamMember:RepositoryIamMember": "repository",
    "serviceaccount/iAMMember:IAMMember": "account",
    "vertex/aiEndpointIamMember:AiEndpointIamMember": "endpoint",
    "vertex/aiFeatureOnlineStoreIamMember:AiFeatureOnlineStoreIamMember": "online store",
    "secretmanager/secretIamMember:SecretIamMember": "secret",
    "cloudrunv2/serviceIamMember:ServiceIamMember": "service",
    "containeranalysis/noteIamMember:NoteIamMember": "note",
    "binaryauthorization/attestorIamMember:AttestorIamMember": "attestor",
    "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": "key",
}


def held(cloud):
    """Account without its stack → its roles, with what each is held on."""
    found: dict[str, set[str]] = {
        plain(each.inputs["accountId"], cloud.stack): set() for each in accounts(cloud)
    }
    for each in cloud.registered:
        own = re.match(r"serviceAccount:(.+)@p\.iam", str(each.inputs.get("member", "")))
        if own:
            role = each.inputs["role"]
            name = role.removeprefix("roles/")
            if not role.startswith("roles/"):
                name = f"own:{role.removesuffix('-role-id')}"
            account = plain(own[1], cloud.stack)
            found[account].add(f"{name} @ {PLACES[each.token.removeprefix('gcp:')]}")
    return found


def plain(account: str, stack: str) -> str:
    """Without its stack; of what serves a model on Cloud Run, without the model."""
    name = account.removesuffix(f"-{stack}")
    return "serve-MODEL" if name.startswith("serve-") else name


def accounts(cloud):
    return cloud.all("gcp:serviceaccount/account:Account")


def test_no_account_may_more_than_the_list_says(program):
    for account, roles in held(program).items():
        if account != "ci-deployer":  # has the deployer's duty: catalog/staff.py
            assert roles <= ALLOWED[account], account


def test_the_list_says_no_more_than_accounts_may(programs):
    everywhere: dict[str, set[str]] = {}
    for each in programs.values():
        for account, roles in held(each).items():
            everywhere.setdefault(account, set()).update(roles)
    everywhere.pop("ci-deployer")
    assert everywhere == ALLOWED


def test_nothing_is_granted_on_all_buckets_or_all_data_of_the_project(program):
    """Buckets, data sets and their tables are granted one by one, to one account each."""
    deployers = ("group:", "serviceAccount:ci-deployer")
    for each in program.all(GRANT):
        if not each.inputs["member"].startswith(deployers):
            role = each.inputs["role"]
            assert not re.match(r"roles/(storage\.|bigquery\.(data|admin|user))", role), each.name


def test_who_trains_and_who_prepares_write_only_below_their_own_folders(programs):
    """A grant on a bucket can name a prefix: what judges a model is out of their reach."""
    for name, folders in (
        ("artifacts-trainer-writes", ("models/", "checkpoints/")),
        ("spark-writes", ("datasets/",)),
    ):
        expression = programs["prod"].named(name).inputs["condition"]["expression"]
        assert re.findall(r"/objects/([^\"]+)", expression) == list(folders)
