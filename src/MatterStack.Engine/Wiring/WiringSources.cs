namespace MatterStack.Engine.Wiring;

/// <summary>Names of sources in files and messages.</summary>
internal static class WiringSources
{
    private static readonly string[] Texts =
    [
        "cli",
        "run_persisted",
        "workspace_default",
        "env_var",
        "legacy_profile",
        "legacy_hpc_yaml",
        "builtin_default",
    ];

    public static string ToText(this WiringSource source) => Texts[(int)source];

    public static bool TryParse(string? text, out WiringSource source)
    {
        var index = Array.IndexOf(Texts, text);
        source = index < 0 ? default : (WiringSource)index;
        return index >= 0;
    }
}
