/**
 * What the console has to tell beside a page, such as that a launch succeeded: kept until it is dismissed, over pages.
 *
 *   const { notify } = useNotifications();
 *   notify({ type: 'success', content: <>Launched <Link …/></> });
 *
 * A notification with the id of one that is there takes its place, so that progress can be shown.
 */

import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';

export type Notification = Pick<
  FlashbarProps.MessageDefinition,
  'type' | 'header' | 'content' | 'loading' | 'action' | 'buttonText' | 'onButtonClick'
> & { id?: string };

type Notifications = {
  items: readonly FlashbarProps.MessageDefinition[];
  notify(notification: Notification): void;
  dismiss(id: string): void;
};

/** The oldest are dropped beyond this. */
const MOST = 20;

const Context = createContext<Notifications | undefined>(undefined);

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [items, setItems] = useState<readonly FlashbarProps.MessageDefinition[]>([]);
  const dismiss = useCallback((id: string) => setItems((before) => before.filter((item) => item.id !== id)), []);
  const notify = useCallback(
    ({ id = newId(), ...notification }: Notification) => {
      const item = {
        ...notification,
        id,
        dismissible: true,
        dismissLabel: 'Dismiss',
        onDismiss: () => dismiss(id),
        statusIconAriaLabel: notification.type ?? 'info',
      };
      setItems((before) => [item, ...before.filter((other) => other.id !== id)].slice(0, MOST));
    },
    [dismiss],
  );
  const value = useMemo(() => ({ items, notify, dismiss }), [items, notify, dismiss]);
  return <Context value={value}>{children}</Context>;
}

export function useNotifications(): Notifications {
  const notifications = use(Context);
  if (!notifications) throw new Error('useNotifications stands outside NotificationsProvider');
  return notifications;
}

export function NotificationsBar() {
  const { items } = useNotifications();
  return <Flashbar items={items} stackItems={true} />;
}

let made = 0;
function newId(): string {
  made += 1;
  return `notification-${made}`;
}
