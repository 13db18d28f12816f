/**
 * A finger that rests on the drawing. Browsers that have it as a request for a menu tell so themselves, as `contextmenu`, and sooner; others, Safari
 * among them, tell nothing.
 */

/** Milliseconds. */
const HOLD = 600;
/** Pixels that a resting finger trembles. */
const SLACK = 10;

/** Calls `act` once for each finger that rests, with the event of its coming down; no click comes of it then. Until `signal`. */
export function onHold(container: Element, act: (event: PointerEvent) => void, signal: AbortSignal): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let from: PointerEvent | null = null;
  let held = false;
  const cancel = (): void => {
    clearTimeout(waiting);
    from = null;
  };
  // In the window: the finger may be lifted from what has come up below it.
  const listen = (type: string, listener: (event: Event) => void): void =>
    addEventListener(type, listener, { signal, capture: true });

  listen('pointerdown', (event) => {
    cancel();
    held = false;
    // A second finger pinches.
    if (!(event instanceof PointerEvent) || event.pointerType !== 'touch' || !event.isPrimary) return;
    if (!(event.target instanceof Node && container.contains(event.target))) return;
    from = event;
    waiting = setTimeout(() => {
      cancel();
      held = true;
      act(event);
    }, HOLD);
  });
  listen('pointermove', (event) => {
    if (!from || !(event instanceof PointerEvent)) return;
    if (Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > SLACK) cancel();
  });
  for (const type of ['pointerup', 'pointercancel', 'contextmenu'] as const) listen(type, cancel);
  // What browsers make of a lifted finger: the first takes the focus away, the last is a press.
  for (const type of ['mousedown', 'mouseup', 'click'] as const) {
    listen(type, (event) => {
      if (!held) return;
      held = type !== 'click';
      event.preventDefault();
      event.stopImmediatePropagation();
    });
  }
  signal.addEventListener('abort', cancel);
}
