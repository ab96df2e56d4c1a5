// Debian 12 ships Node 18, where `File` is no global yet; the HTTP client of Alipay's SDK expects it. Imported before it.
import { File } from "node:buffer";

globalThis.File ??= File;
