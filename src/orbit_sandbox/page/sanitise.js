// A parser for the bot's HTML that knows nine tags. Anything else is shown as plain text.

const TAGS = new Set(["b", "i", "u", "s", "code", "pre", "tg-spoiler", "blockquote", "a"]);
const TOKEN = /<(\/?)([a-z-]+)((?:\s+[^<>]*)?)>|[^<]+|</g;
const REFERENCES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#x27;": "'", "&#39;": "'" };

const plain = (text) => text.replace(/&(?:lt|gt|amp|quot|#x27|#39);/g, (found) => REFERENCES[found]);

/** Whether a link may be followed: the web or Telegram, nothing else. */
export function safeLink(address) {
  try {
    return ["http:", "https:", "tg:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

function opened(tag, attributes) {
  if (tag !== "a") return attributes.trim() === "" ? document.createElement(tag) : null;
  const href = /^\s+href="([^"]*)"\s*$/.exec(attributes);
  if (!href || !safeLink(plain(href[1]))) return null;
  const link = document.createElement("a");
  link.href = plain(href[1]);
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

/** Turn *html* into nodes. Tags that are unknown, malformed or crossed stay visible as text. */
export function safeHtml(html) {
  const root = document.createDocumentFragment();
  const stack = [root];
  const top = () => stack[stack.length - 1];
  for (const [token, slash, tag, attributes] of html.matchAll(TOKEN)) {
    if (tag === undefined) {
      top().append(plain(token));
    } else if (slash) {
      if (stack.length > 1 && top().localName === tag) stack.pop();
      else top().append(token);
    } else {
      const node = TAGS.has(tag) ? opened(tag, attributes) : null;
      top().append(node ?? token);
      if (node) stack.push(node);
    }
  }
  return root;
}
