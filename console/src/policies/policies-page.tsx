/**
 * Policies: one is written or loaded, what is wrong with it is said as one types, and a call is tried against it.
 *
 * Nothing is sent anywhere until somebody asks for it: the policy is read by the code of the server, in this browser.
 */

import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { PolicyKind } from '../../../src/iam/policy/policy.ts';
import { ErrorAlert } from '../shell/error-alert.tsx';
import { hrefOf, readRoute } from '../shell/route.ts';
import { useApi, useSession } from '../sign-in/session.tsx';
import { CreateManagedPolicy, CreateServiceControlPolicy } from './create-policy.tsx';
import { Decision, idOf } from './decision.tsx';
import { Findings } from './findings.tsx';
import { LoadPolicy } from './load-policy.tsx';
import { type EditorHandle, PolicyEditor } from './policy-editor.tsx';
import { sizeInWords } from './policy-size.ts';
import type { Answer, Question } from './question.ts';
import { KINDS, readQuery, type Written, writeQuery } from './shared-address.ts';
import { templates } from './templates.ts';
import { FIRST_TRIAL } from './trial.ts';
import { TrialFields } from './trial-fields.tsx';
import { useAnswer } from './use-answer.ts';

/** Characters; hundreds of times what AWS stores. */
const LONGEST = 2 * 1024 * 1024;
const FIRST_TEMPLATE = 'require-imdsv2-at-launch';

export default function PoliciesPage() {
  const api = useApi();
  const account = useSession().session?.identity.account ?? '';
  const [written, setWritten] = useState(() => firstWritten(account));
  const change = (fields: Partial<Written>) => setWritten((before) => ({ ...before, ...fields }));
  const { text, kind, trial } = written;
  const query = useAddress(written, api.region);
  useLinked(setWritten);
  useEffect(() => {
    kept = { account, written };
  }, [account, written]);
  const question = useMemo<Question | undefined>(
    () => (text.length > LONGEST ? undefined : { text, kind, trial, scope: { account, region: api.region } }),
    [text, kind, trial, account, api.region],
  );
  const known = useAnswer(useDeferredValue(question));
  // Of another text the places would be wrong.
  const answer = known.about === text ? known.answer : undefined;
  const { chosen, choose } = useChosen(known.answer);
  const [loadError, setLoadError] = useState<unknown>();
  const [isCreating, setCreating] = useState(false);
  const editor = useRef<EditorHandle>(null);
  const load = (loaded: string) => {
    setLoadError(undefined);
    change({ text: loaded });
  };
  const Create = CREATE[kind];
  const deciding = answer && chosen?.statement;
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="Write a policy, see what is wrong with it, and try what it decides, before anybody meets it."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <CopyToClipboard
              copyButtonText="Copy link"
              copySuccessText="Copied"
              copyErrorText="Copying failed: copy the address instead"
              textToCopy={window.location.href}
              disabled={query === undefined}
            />
            <Button
              variant="primary"
              disabled={text.trim() === '' || !Create}
              disabledReason={
                Create ? 'There is no policy.' : 'Policies of this kind belong to what they are written for.'
              }
              onClick={() => setCreating(true)}
            >
              {kind === 'scp' ? 'Create service control policy' : 'Create managed policy'}
            </Button>
          </SpaceBetween>
        }
      >
        Policies
      </Header>
      {loadError !== undefined && <ErrorAlert header="The policy cannot be loaded" error={loadError} />}
      {isCreating && Create && <Create text={text} onClose={() => setCreating(false)} />}
      <Grid gridDefinition={[{ colspan: { default: 12, s: 7 } }, { colspan: { default: 12, s: 5 } }]}>
        <Container header={<Header variant="h2">Policy document</Header>}>
          <SpaceBetween size="m">
            <LoadPolicy api={api} text={text} longest={LONGEST} onLoad={load} onError={setLoadError}>
              <Kind kind={kind} onChange={(chosenKind) => change({ kind: chosenKind })} />
            </LoadPolicy>
            <FormField stretch={true} constraintText={sizeInWords(text, kind)}>
              <PolicyEditor
                text={text}
                findings={answer?.findings ?? []}
                band={deciding && { from: deciding.start.line, to: deciding.end.line }}
                handle={editor}
                onChange={(typed) => change({ text: typed })}
              />
            </FormField>
            {text.length > LONGEST ? (
              <StatusIndicator type="error">It is too large to be looked at.</StatusIndicator>
            ) : known.broken !== undefined ? (
              <StatusIndicator type="error">{known.broken}</StatusIndicator>
            ) : (
              <Findings answer={known.answer} onGoTo={(place) => editor.current?.goTo(place)} />
            )}
          </SpaceBetween>
        </Container>
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">What it decides</Header>}>
            {known.answer?.tried ? (
              <Decision
                tried={known.answer.tried}
                chosen={chosen}
                onChoose={choose}
                onGoTo={(place) => editor.current?.goTo(place)}
              />
            ) : (
              <StatusIndicator type="info">{whyNotTried(kind, known.answer)}</StatusIndicator>
            )}
          </Container>
          <Container header={<Header variant="h2">Try a call</Header>}>
            <TrialFields trial={trial} actions={known.actions} onChange={(tried) => change({ trial: tried })} />
          </Container>
        </SpaceBetween>
      </Grid>
    </SpaceBetween>
  );
}

/** Policies that stand by themselves. */
const CREATE: Partial<Record<PolicyKind, typeof CreateManagedPolicy>> = {
  identity: CreateManagedPolicy,
  boundary: CreateManagedPolicy,
  scp: CreateServiceControlPolicy,
};

function whyNotTried(kind: PolicyKind, answer: Answer | undefined): string {
  if (!answer) return 'Looking at it.';
  const isOfResource = kind === 'trust' || kind === 'resource';
  if (answer.refusal || !isOfResource) return 'It cannot be read, so it decides nothing yet.';
  return 'Who may use a role or another resource is not tried here.';
}

function Kind({ kind, onChange }: { kind: PolicyKind; onChange(kind: PolicyKind): void }) {
  const options = Object.entries(KINDS).map(([value, label]) => ({ value, label }));
  return (
    <FormField label="Kind of policy">
      <Select
        selectedOption={options.find(({ value }) => value === kind) ?? null}
        options={options}
        onChange={({ detail }) => onChange(detail.selectedOption.value as PolicyKind)}
      />
    </FormField>
  );
}

/** What was written last, for who comes back from another page or another Region; nobody else sees it. */
let kept: { account: string; written: Written } | undefined;

const USUAL: Written = { text: templates.get(FIRST_TEMPLATE) ?? '', kind: 'identity', trial: FIRST_TRIAL };

function firstWritten(account: string): Written {
  const before = kept?.account === account ? kept.written : USUAL;
  const linked = readQuery(readRoute(window.location.hash).query);
  return linked.text === undefined ? before : { ...USUAL, ...linked };
}

/** Who follows a link to a policy while the page is shown already has it as well. What the page writes itself is no event. */
function useLinked(onLink: (written: Written) => void): void {
  useEffect(() => {
    const follow = () => {
      const { path, query } = readRoute(window.location.hash);
      const linked = readQuery(query);
      if (path === 'policies' && linked.text !== undefined) onLink({ ...USUAL, ...linked });
    };
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, [onLink]);
}

const SETTLED_MS = 300;

/** Keeps what is written in the address, as far as it fits, once nobody types any more. */
function useAddress(written: Written, region: string): Record<string, string> | undefined {
  const query = useMemo(() => (written === USUAL ? {} : writeQuery(written)), [written]);
  const [inAddress, setInAddress] = useState(query);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      // Somebody may be on the way to another page.
      const now = readRoute(window.location.hash);
      if (now.path !== 'policies' || now.region !== region) return;
      window.history.replaceState(null, '', hrefOf(region, 'policies', query));
      setInAddress(query);
    }, SETTLED_MS);
    return () => window.clearTimeout(timer);
  }, [query, region]);
  return inAddress;
}

/** The answer that is looked at: the one that somebody chose, as long as it is there, else the one that decides. */
function useChosen(answer: Answer | undefined) {
  const [id, setId] = useState<string>();
  const tried = answer?.tried;
  const answers = tried && 'answers' in tried ? tried.answers : [];
  const chosen = answers.find((each) => idOf(each) === id) ?? answers.find(({ decides }) => decides);
  return { chosen, choose: (each: Parameters<typeof idOf>[0]) => setId(each.decides ? undefined : idOf(each)) };
}
