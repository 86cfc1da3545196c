/** Places where text or files are left for whoever has the link. */
import { of, SuffixList } from "./entry.ts";

export const PASTE_SITES: SuffixList = new SuffixList([
  ...of("Pastebin", "https://pastebin.com/doc_api", "pastebin.com"),
  ...of("paste.ee", "https://paste.ee/", "paste.ee"),
  ...of("Hastebin", "https://www.toptal.com/developers/hastebin", "hastebin.com"),
  ...of("dpaste", "https://dpaste.com/api/v2/", "dpaste.com dpaste.org"),
  ...of("Rentry", "https://rentry.co/", "rentry.co rentry.org"),
  ...of("PrivateBin", "https://privatebin.net/", "privatebin.net"),
  ...of("The Null Pointer", "https://0x0.st/", "0x0.st"),
  ...of("ix.io", "http://ix.io/", "ix.io"),
  ...of("termbin", "https://termbin.com/", "termbin.com"),
  ...of("sprunge", "http://sprunge.us/", "sprunge.us"),
  ...of("paste.rs", "https://paste.rs/", "paste.rs"),
  ...of("ControlC", "https://controlc.com/", "controlc.com"),
  ...of("JustPaste.it", "https://justpaste.it/", "justpaste.it"),
  ...of(
    "Gist",
    "https://docs.github.com/get-started/writing-on-github/editing-and-sharing-content-with-gists",
    "gist.github.com",
  ),
  ...of("transfer.sh", "https://github.com/dutchcoders/transfer.sh", "transfer.sh"),
  ...of("file.io", "https://www.file.io/developers", "file.io"),
  ...of("Gofile", "https://gofile.io/api", "gofile.io"),
  ...of("Catbox", "https://catbox.moe/tools.php", "catbox.moe"),
  ...of("tmpfiles.org", "https://tmpfiles.org/api", "tmpfiles.org"),
  ...of("bashupload", "https://bashupload.com/", "bashupload.com"),
  ...of("temp.sh", "https://temp.sh/", "temp.sh"),
  ...of("oshi.at", "https://oshi.at/", "oshi.at"),
  ...of("MEGA", "https://mega.io/developers", "mega.nz mega.co.nz"),
  ...of("WeTransfer", "https://wetransfer.com/", "wetransfer.com"),
]);
