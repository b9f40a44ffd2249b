/** The statuses of an order as the documents show them, in Mermaid's words. */
import { STATES, type State, type StatusName } from '../../modules/orders/states.ts';

/** The table of statuses as a diagram. */
export function drawStates(): string {
  const states: readonly (State & { name: StatusName })[] = (
    Object.keys(STATES) as StatusName[]
  ).map((name) => ({ name, ...STATES[name] }));
  const byName = new Map(states.map((state) => [state.name, state]));
  const steps = states.flatMap(({ name, next }) =>
    next.map((to) => {
      const { event, eventAfter } = byName.get(to)!;
      return `  ${name} --> ${to}: ${eventAfter?.[name] ?? event}`;
    }),
  );
  return [
    'stateDiagram-v2',
    ...states.map(({ name, title, code }) => `  ${name}: ${code} ${title}`),
    `  [*] --> created: ${STATES.created.event}`,
    ...steps,
    ...states.flatMap(({ name, final }) => (final ? [`  ${name} --> [*]`] : [])),
  ].join('\n');
}
