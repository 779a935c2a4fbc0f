import { defineConfig } from "vite";

// `npm run dev` serves the page from source and asks a running `rondo serve` for everything else.
const server = process.env["RONDO_URL"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "/",
  build: {
    target: "es2022", assetsInlineLimit: 0, reportCompressedSize: true,
    // The server finds the files of the map in the pages of /ogc by the manifest.
    manifest: true, rollupOptions: { input: { index: "index.html", gis: "src/gis/main.ts" } },
  },
  server: { proxy: { "/api": server, "/tiles": server } },
});
