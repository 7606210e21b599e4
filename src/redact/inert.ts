/**
 * What a host would render as a link, an image or a tag, made plain text by a space: `](` ties a link's text to its address,
 * and `<` begins an autolink or a tag.
 */
export function inert(text: string): string {
  return MAY_RENDER.test(text) ? text.replace(LINK, '] (').replace(TAG, '< ') : text;
}

const MAY_RENDER = /\]\(|<[A-Za-z/!?]/;
const LINK = /\]\(/g;
const TAG = /<(?=[A-Za-z/!?])/g;
