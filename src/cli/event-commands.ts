/**
 * `openimds event …` on the command line: its subcommands with their flags and examples. What they do is in `event.ts`,
 * which is imported only then.
 */

import { Argument, type Command, Option } from 'commander';
import {
  type EventRequest,
  INTERRUPTION_ACTIONS,
  MAINTENANCE_CODES,
  MOST_SECONDS,
  TARGET_LIFECYCLE_STATES,
} from '../event-requests.ts';
import type { InterruptionAction, MaintenanceCode, TargetLifecycleState } from '../model.ts';
import { describe, examples, type Finish } from './command.ts';
import type { Target } from './control-plane.ts';
import { addressFlag, outputFlag, queryFlag, secondsFlag, stateFlag } from './flags.ts';
import type { ShowOptions } from './output.ts';

const ID = 'i-0123456789abcdef0';
const EVENT_ID = 'instance-event-0123456789abcdef0';

type Delayed = Target & { in?: number };

export function addEvent(program: Command, finish: Finish): void {
  const event = describe(
    program,
    'event',
    'let something befall an instance: a Spot interruption, maintenance and more',
  )
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .addHelpText('after', examples(`openimds event spot-interruption ${ID} --in 5`, `openimds event list ${ID}`));
  addSpotInterruption(event, finish);
  addRebalance(event, finish);
  addMaintenance(event, finish);
  addAutoscaling(event, finish);
  addScript(event, finish);
  addList(event, finish);
  addCancel(event, finish);
  addComplete(event, finish);
}

function addSpotInterruption(event: Command, finish: Finish): void {
  const action = new Option(
    '--action <ACTION>',
    'what is done to it; else what was chosen at its launch, or terminate',
  );
  aboutInstance(event, 'spot-interruption', 'interrupt a Spot instance, with the notice that AWS gives')
    .addOption(action.choices(INTERRUPTION_ACTIONS))
    .addOption(delayFlag())
    .addOption(
      secondsFlag(
        '--notice <SECONDS>',
        'from the notice to the end; else 120, and 0 for hibernate',
        MOST_SECONDS.spotNotice,
      ),
    )
    .addHelpText(
      'after',
      examples(
        `openimds event spot-interruption ${ID}`,
        `openimds event spot-interruption ${ID} --action stop --in 5 --notice 30`,
      ),
    )
    .action(async (id: string, options: Delayed & { action?: InterruptionAction; notice?: number }) => {
      const { action: Action, notice: NoticeSeconds } = options;
      await create(finish, id, options, { Type: 'spot-interruption', ...given({ Action, NoticeSeconds }) });
    });
}

function addRebalance(event: Command, finish: Finish): void {
  aboutInstance(event, 'rebalance', 'recommend that a Spot instance is replaced')
    .addOption(delayFlag())
    .addHelpText('after', examples(`openimds event rebalance ${ID}`))
    .action((id: string, options: Delayed) => create(finish, id, options, { Type: 'rebalance-recommendation' }));
}

type MaintenanceFlags = {
  code: MaintenanceCode;
  notBefore?: string;
  notAfter?: string;
  notice?: number;
  description?: string;
};

function addMaintenance(event: Command, finish: Finish): void {
  const code = new Option('--code <CODE>', 'what AWS would do').choices(MAINTENANCE_CODES).makeOptionMandatory();
  const notBefore = new Option(
    '--not-before <TIME>',
    'when it begins, such as 2026-11-23T10:00:00Z; else in two weeks',
  );
  aboutInstance(event, 'maintenance', 'schedule maintenance of an instance')
    .addOption(code)
    .addOption(notBefore.conflicts('notice'))
    .addOption(new Option('--not-after <TIME>', 'when it has ended'))
    .addOption(
      secondsFlag('--notice <SECONDS>', 'from its announcement to its beginning', MOST_SECONDS.maintenanceNotice),
    )
    .addOption(new Option('--description <TEXT>', "else AWS's words"))
    .addOption(delayFlag())
    .addHelpText(
      'after',
      examples(
        `openimds event maintenance ${ID} --code system-reboot`,
        `openimds event maintenance ${ID} --code instance-stop --notice 60`,
      ),
    )
    .action(async (id: string, options: Delayed & MaintenanceFlags) => {
      const { code: Code, notBefore: NotBefore, notAfter: NotAfter } = options;
      const { notice: NoticeSeconds, description: Description } = options;
      const said = given({ NotBefore, NotAfter, NoticeSeconds, Description });
      await create(finish, id, options, { Type: 'scheduled-maintenance', Code, ...said });
    });
}

function addAutoscaling(event: Command, finish: Finish): void {
  aboutInstance(event, 'autoscaling', 'tell an instance the state that its Auto Scaling group wants it in')
    .addArgument(new Argument('<STATE>', 'the state').choices(TARGET_LIFECYCLE_STATES))
    .addOption(delayFlag())
    .addHelpText('after', examples(`openimds event autoscaling ${ID} Terminated --in 10`))
    .action((id: string, TargetLifecycleState: TargetLifecycleState, options: Delayed) =>
      create(finish, id, options, { Type: 'autoscaling-lifecycle-state', TargetLifecycleState }),
    );
}

function addScript(event: Command, finish: Finish): void {
  aboutInstance(event, 'script', 'let many events happen, each after its own delay')
    .argument('<FILE>', 'a list of events as in docs/operating.md, in YAML or JSON; - is standard input')
    .addHelpText(
      'after',
      examples(
        `openimds event script ${ID} events.yaml`,
        `echo '[{Type: rebalance-recommendation}, {Type: spot-interruption, DelaySeconds: 60}]' | openimds event script ${ID} -`,
      ),
    )
    .action(async (id: string, file: string, target: Target) =>
      finish(await (await import('./event.ts')).runScript(target, id, file)),
    );
}

function addList(event: Command, finish: Finish): void {
  aboutInstance(event, 'list', 'list the events of an instance, those that are to come and those that are over too')
    .addOption(outputFlag())
    .addOption(queryFlag())
    .addHelpText(
      'after',
      examples(`openimds event list ${ID}`, `openimds event list ${ID} --query 'Events[].EventId' --output text`),
    )
    .action(async (id: string, options: Target & ShowOptions) =>
      finish(await (await import('./event.ts')).listEvents(options, id, options)),
    );
}

function addCancel(event: Command, finish: Finish): void {
  aboutInstance(event, 'cancel', 'cancel one event of an instance, or all that are not over')
    .argument('[EVENT-ID]', 'of the one')
    .addHelpText('after', examples(`openimds event cancel ${ID}`, `openimds event cancel ${ID} ${EVENT_ID}`))
    .action(async (id: string, eventId: string | undefined, target: Target) =>
      finish(await (await import('./event.ts')).cancelEvents(target, id, eventId)),
    );
}

function addComplete(event: Command, finish: Finish): void {
  aboutInstance(event, 'complete', 'mark announced maintenance as completed, and do nothing to the instance')
    .argument('<EVENT-ID>', 'of the maintenance')
    .addHelpText('after', examples(`openimds event complete ${ID} ${EVENT_ID}`))
    .action(async (id: string, eventId: string, target: Target) =>
      finish(await (await import('./event.ts')).completeEvent(target, id, eventId)),
    );
}

function aboutInstance(event: Command, name: string, description: string): Command {
  return describe(event, name, description)
    .argument('<INSTANCE>', 'its id')
    .addOption(addressFlag())
    .addOption(stateFlag('where its root access key is'));
}

function delayFlag(): Option {
  return secondsFlag('--in <SECONDS>', 'until the instance is told, else at once', MOST_SECONDS.delay);
}

async function create(finish: Finish, id: string, target: Delayed, event: EventRequest): Promise<void> {
  const { createEvents } = await import('./event.ts');
  finish(await createEvents(target, id, [{ ...event, ...given({ DelaySeconds: target.in }) }]));
}

/** Without what was not given. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
