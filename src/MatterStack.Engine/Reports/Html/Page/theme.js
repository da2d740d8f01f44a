// Colours: those of the system, or those that the reader has chosen.
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
function setTheme(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  byId("theme").textContent = isDark() ? "Light" : "Dark";
  byId("theme").setAttribute("aria-label", isDark() ? "Use light colours" : "Use dark colours");
  paintAll();
}
byId("theme").hidden = false;
byId("theme").addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  kept.set("theme", theme);
  setTheme(theme);
});
system.addEventListener("change", () => setTheme(kept.get("theme")));
setTheme(kept.get("theme"));
// Printed pages are light.
addEventListener("beforeprint", () => setTheme("light"));
addEventListener("afterprint", () => setTheme(kept.get("theme")));
