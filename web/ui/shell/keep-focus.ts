/**
 * Where the focus goes when what has it leaves the page: a dialog that no button opened, a closed dump's cross, a notice's button. Browsers give it to the
 * body then, from where the next Tab begins at the top of the page, and keys of the view that one was in do nothing.
 */
import { useEffect } from 'react';

/** What lies over the page and goes away: never what comes back from it. */
const OVERLAY = '[role="dialog"], [role="menu"], [data-radix-popper-content-wrapper]';
const PRESSABLE = 'button, a[href], summary, [tabindex="0"]';
/** Nobody's next thing to do: edges of panels; an editor, which brings up a phone's keys. */
const ASIDE = '[role="separator"], .monaco-editor';
/** What has everything in it is near to nothing. */
const PAGE = '#root, #root > *';
/** How many places are remembered, so that one is left when several have gone. */
const REMEMBERED = 12;

/** What had the focus, and what was around it then, the nearest first: it cannot be asked any more once it is gone. */
interface Place {
  readonly element: Element;
  readonly around: readonly Element[];
  readonly overlay: boolean;
}

/** Once for the page. */
export function useKeepFocus(): void {
  useEffect(() => {
    const places: Place[] = [];
    let lost = false;
    let given = false;
    const remember = ({ target }: FocusEvent): void => {
      if (!(target instanceof Element)) return;
      lost = false;
      given = false;
      places.unshift(placeOf(target));
      places.length = Math.min(places.length, REMEMBERED);
    };
    // A press on nothing takes the focus away on purpose, except from an overlay, which it closes.
    const press = ({ target }: PointerEvent): void => {
      const [last] = places;
      if (last && !last.overlay && target instanceof Node && !last.element.contains(target)) given = true;
    };
    const look = (): void => {
      const [last] = places;
      if (lost || given || !last || !isNobodys(document.activeElement) || isThere(last.element)) return;
      lost = true;
      // Whatever knows better where it belongs comes first: a menu's button, the field of a dialog that opens now.
      setTimeout(() => {
        lost = false;
        if (isNobodys(document.activeElement)) homeOf(places)?.focus({ preventScroll: true });
      });
    };
    const observer = new MutationObserver(look);
    const options = { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled', 'hidden'] };
    observer.observe(document.body, options);
    addEventListener('focusin', remember);
    addEventListener('pointerdown', press, true);
    return () => {
      observer.disconnect();
      removeEventListener('focusin', remember);
      removeEventListener('pointerdown', press, true);
    };
  }, []);
}

function placeOf(element: Element): Place {
  const around: Element[] = [];
  for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) around.push(one);
  return { element, around, overlay: element.closest(OVERLAY) !== null };
}

function isNobodys(element: Element | null): boolean {
  return element === null || element === document.body || !element.isConnected;
}

function isThere(element: Element): boolean {
  return element.isConnected && !element.matches(':disabled') && element.checkVisibility();
}

/** Its neighbour, where only a part of the page went; otherwise where the focus was before, outside of overlays; otherwise the view. */
function homeOf(places: readonly Place[]): HTMLElement | SVGElement | null {
  const [last] = places;
  if (last && !last.overlay) {
    for (const one of last.around) {
      const next = isThere(one) && !one.matches(PAGE) ? pressableIn(one) : null;
      if (next) return next;
    }
  }
  const before = places.find(({ element, overlay }) => !overlay && isThere(element))?.element;
  if (before instanceof HTMLElement || before instanceof SVGElement) return before;
  return pressableIn(document.querySelector('main') ?? document.body);
}

function pressableIn(element: Element): HTMLElement | null {
  const found = [...element.querySelectorAll<HTMLElement>(PRESSABLE)].filter(
    (one) => isThere(one) && !one.closest(ASIDE),
  );
  return found.find((one) => one.getAttribute('aria-current') !== null) ?? found[0] ?? null;
}
