/**
 * Where menus hang in the page: within the banner, which is a landmark, so that screen readers find them in one. Null (the page's end) where there is none.
 */
export function menuHome(): HTMLElement | null {
  return document.querySelector<HTMLElement>('header.topbar, header.phone-head');
}
