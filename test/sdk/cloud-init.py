# cloud-init's Ec2 datasource, run as at boot but with folders of its own: prints what it found and every warning, as JSON.
#
#   cloud-init.py [VERSION...]     the versions of the metadata tree that it may choose from, where not its own
#
# Everything is cloud-init's own, but for what the firmware says about the machine: by that it knows EC2.

import json
import logging
import sys
import tempfile

from cloudinit import distros, dmi, helpers, util
from cloudinit.sources.DataSourceEc2 import DataSourceEc2

UUID = "ec2e1916-9099-7caf-fd21-012345abcdef"
FIRMWARE = {
    "system-uuid": UUID,
    "system-serial-number": UUID,
    "system-manufacturer": "Amazon EC2",
    "system-product-name": "t3.large",
    "chassis-asset-tag": "Amazon EC2",
}


class Warnings(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def boot(folder):
    paths = helpers.Paths({"cloud_dir": folder + "/lib", "run_dir": folder + "/run"})
    source = DataSourceEc2({}, distros.fetch("debian")("debian", {}, paths), paths)
    if not source.get_data():
        return None
    with open(folder + "/run/instance-data.json") as file:
        query = json.load(file)["v1"]
    return {
        "cloudName": source.cloud_name,
        "instanceId": source.get_instance_id(),
        "publicKeys": source.get_public_ssh_keys(),
        "userData": util.decode_binary(source.get_userdata_raw()),
        "availabilityZone": source.availability_zone,
        "region": source.region,
        "networkConfig": source.network_config,
        "identity": source.identity,
        "metadata": source.metadata,
        "query": query,
    }


warnings = Warnings()
logging.getLogger().addHandler(warnings)
dmi.read_dmi_data = FIRMWARE.get
if len(sys.argv) > 1:
    DataSourceEc2.extended_metadata_versions = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    json.dump({"found": boot(folder), "warnings": warnings.said}, sys.stdout)
