// A parser for the bot's HTML that knows nine tags. Anything else is shown as plain text.

const TAGS = new Set(["b", "i", "u", "s", "code", "pre", "tg-spoiler", "blockquote", "a"]);
const TOKEN = /<(\/?)([a-z-]+)((?:\s+[^<>]*)?)>|[^<]+|</g;
const ADDRESS = /(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\u00bb])/;
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
  return href && safeLink(plain(href[1])) ? linkTo(plain(href[1])) : null;
}

function linkTo(address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

/** Append *text* to *node*. An address in it becomes a link, as in Telegram, unless *node* is one or is to be copied. */
function write(node, text) {
  if (node.localName && node.closest("a, code, pre")) {
    node.append(text);
    return;
  }
  for (const part of text.split(ADDRESS)) {
    if (!part.startsWith("http") || !safeLink(part)) {
      node.append(part);
      continue;
    }
    const link = linkTo(part);
    link.textContent = part;
    node.append(link);
  }
}

/** Turn *html* into nodes. Tags that are unknown, malformed or crossed stay visible as text. */
export function safeHtml(html) {
  const root = document.createDocumentFragment();
  const stack = [root];
  const top = () => stack[stack.length - 1];
  for (const [token, slash, tag, attributes] of html.matchAll(TOKEN)) {
    if (tag === undefined) {
      write(top(), plain(token));
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
