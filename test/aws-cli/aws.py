# The real AWS CLI for many commands: loaded once, and forked for each, so that none knows of another.
#
# Reads a command a line, `{"args": [...], "env": {...}}`, and writes what came of it, `{"status", "stdout", "stderr"}`.
# A child does what the script `aws` does. Loading it is most of the time that a command takes.


import json
import os
import sys
import tempfile

import awscli.clidriver


def run(args, env):
    """In the child: never returns."""
    os.environ.update(env)
    # As clients/bin/aws does: before 2.13 the CLI does not know the variable.
    sys.argv = ['aws', '--endpoint-url', os.environ['AWS_ENDPOINT_URL'], *args]
    status = 1
    try:
        status = awscli.clidriver.main()
    except SystemExit as leaving:
        status = leaving.code
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status if isinstance(status, int) else 1)


def answer(job):
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(stdout.fileno(), 1)
            os.dup2(stderr.fileno(), 2)
            run(job['args'], job['env'])
        _, status = os.waitpid(child, 0)
        return {'status': os.waitstatus_to_exitcode(status), 'stdout': text(stdout), 'stderr': text(stderr)}


def text(file):
    file.seek(0)
    return file.read().decode()


def tell(message):
    print(json.dumps(message), flush=True)


if __name__ == '__main__':
    # What is only imported when it is needed.
    awscli.clidriver.create_clidriver()
    tell({'ready': True})
    for line in sys.stdin:
        tell(answer(json.loads(line)))
