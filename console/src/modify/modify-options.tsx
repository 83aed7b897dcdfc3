/**
 * Modify instance metadata options: of one instance or of many at once.
 *
 * It says before what AWS would refuse and what the change will break, and after how far it got. A refusal of a single
 * instance leads back to the form as it was.
 *
 * rule: modify-in-console
 *   Options of existing instances can be modified in the console as well.
 */

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { MetadataOptionsRequest } from '../../../src/model.ts';
import type { Api } from '../api/api.ts';
import { asApiError } from '../api/api-error.ts';
import type { Instance } from '../api/services.ts';
import { serverNowMs } from '../api/signed-fetch.ts';
import { ShellCommand } from '../aws-command/aws-command.tsx';
import { idsOf } from '../instances/instance-pages.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { useLoaded } from '../shell/use-loaded.ts';
import { useApi } from '../sign-in/session.tsx';
import { problemsOf } from './modify-problems.ts';
import { type ChosenOptions, modifyCommand, requestOf } from './modify-request.ts';
import { OptionFields } from './option-fields.tsx';
import { isUnderWay, Progress } from './progress.tsx';
import { readTargets, type Targets, watch } from './targets.ts';
import { useModification } from './use-modification.ts';
import { whatBreaks } from './what-breaks.ts';

type Props = {
  ids: readonly string[];
  /** @param failed those that were not changed */
  onClose(failed: ReadonlySet<string>): void;
};

export function ModifyOptions({ ids: given, onClose }: Props) {
  const api = useApi();
  // What is selected behind the dialog may change; what it is about does not.
  const [ids] = useState(given);
  const { data: targets, error } = useLoaded((signal) => readTargets(api, ids, signal), [api, ids]);
  const [chosen, setChosen] = useState<ChosenOptions>({});
  const modification = useModification(api);
  const { steps, isSending } = modification;
  const request = requestOf(chosen);
  const failed = new Set(
    [...steps].flatMap(([id, { at }]) => (at === 'failed' || at === 'waiting' || at === 'not-asked' ? [id] : [])),
  );
  // While some are still to be asked for, the first time says which were not, and the next one leaves.
  const close = isSending ? modification.stop : () => onClose(failed);
  const [single] = ids.length === 1 ? steps.values() : [];
  const refusal = single?.at === 'failed' ? single.error : undefined;
  const isForm = steps.size === 0 || refusal !== undefined;
  const isAllowed = targets !== undefined && canSave(request, targets);
  // The button that was pressed is gone by then, and with it who had the focus.
  const leave = useRef<ButtonProps.Ref>(null);
  useEffect(() => {
    if (!isForm) leave.current?.focus();
  }, [isForm]);

  return (
    <Modal
      visible={true}
      size="large"
      header="Modify instance metadata options"
      closeAriaLabel="Close"
      onDismiss={close}
      footer={
        isForm ? (
          <Buttons>
            <Button variant="link" onClick={close}>
              Cancel
            </Button>
            <Button
              variant="primary"
              disabled={!isAllowed}
              onClick={() => modification.start(idsOf(targets?.instances ?? []), request)}
            >
              Save
            </Button>
          </Buttons>
        ) : (
          <Buttons>
            <Button ref={leave} variant={isUnderWay(steps) ? 'normal' : 'primary'} onClick={close}>
              {isSending ? 'Stop' : 'Close'}
            </Button>
          </Buttons>
        )
      }
    >
      {error !== undefined && <ErrorAlert header="The instances cannot be read" error={error} />}
      {!targets && error === undefined && <Spinner />}
      {targets && isForm && (
        <SpaceBetween size="l">
          {refusal !== undefined && <ErrorAlert header="Nothing was changed" error={refusal} takesFocus={true} />}
          <Form api={api} targets={targets} chosen={chosen} request={request} onChange={setChosen} />
        </SpaceBetween>
      )}
      {!isForm && <Progress modification={modification} onRetry={(again) => modification.start(again, request)} />}
    </Modal>
  );
}

function Buttons({ children }: { children: ReactNode }) {
  return (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        {children}
      </SpaceBetween>
    </Box>
  );
}

/** Where only some would refuse, the others can be changed. */
function canSave(request: MetadataOptionsRequest, { instances, surroundings }: Targets): boolean {
  if (Object.keys(request).length === 0 || instances.length === 0) return false;
  const problems = Object.values(problemsOf(request, instances, surroundings));
  return problems.every((problem) => problem.instances < instances.length);
}

type FormProps = {
  api: Api;
  targets: Targets;
  chosen: ChosenOptions;
  request: MetadataOptionsRequest;
  onChange(chosen: ChosenOptions): void;
};

function Form({ api, targets: { instances, surroundings }, chosen, request, onChange }: FormProps) {
  const ids = idsOf(instances);
  if (ids.length === 0) return <Alert type="info">What was selected is gone: there is nothing to modify.</Alert>;
  return (
    <SpaceBetween size="l">
      <Box variant="p">
        {instances.length === 1
          ? ids[0]
          : `${instances.length} instances. What you do not choose, each keeps as it is.`}
      </Box>
      <OptionFields
        chosen={chosen}
        instances={instances}
        problems={problemsOf(request, instances, surroundings)}
        onChange={onChange}
      />
      <WhatBreaks api={api} instances={instances} request={request} />
      {Object.keys(request).length > 0 && <ShellCommand command={modifyCommand(request, ids, api.region)} />}
    </SpaceBetween>
  );
}

function WhatBreaks({
  api,
  instances,
  request,
}: {
  api: Api;
  instances: readonly Instance[];
  request: MetadataOptionsRequest;
}) {
  const { data, error } = useLoaded(
    async (signal) => ({ watched: await watch(api, instances, signal), atMs: serverNowMs() }),
    [api, instances],
  );
  if (Object.keys(request).length === 0) return null;
  if (error !== undefined) {
    return (
      <Alert type="info" header="What this breaks is not known">
        Recent requests cannot be read: {asApiError(error).code}: {asApiError(error).words}
      </Alert>
    );
  }
  const findings = data ? whatBreaks(data.watched, request, data.atMs) : [];
  if (findings.length === 0) return null;
  const breaks = findings.some((finding) => finding.breaks);
  return (
    <Alert
      type={breaks ? 'warning' : 'info'}
      header={breaks ? 'This will break what was seen lately' : 'Nothing was seen that this breaks'}
    >
      <ul className="listed">
        {findings.map(({ text }) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Alert>
  );
}
