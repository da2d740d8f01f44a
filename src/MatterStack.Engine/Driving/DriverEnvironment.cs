namespace MatterStack.Engine.Driving;

/// <summary>The environment of a driver's ticks: what a user has without a session, the SDK in use, and the site's own settings. Variables
/// of a session, of a job and of a build host stay out.</summary>
internal static class DriverEnvironment
{
    // Variables that name a place or a rule of the site or of the user, and mean the same in every session.
    private static readonly string[] Kept =
    [
        "USER",
        "LOGNAME",
        "SHELL",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "DOTNET_CLI_HOME",
        "NUGET_PACKAGES",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "SLURM_CONF",
        "SBATCH_ACCOUNT",
        "SBATCH_PARTITION",
        "SBATCH_QOS",
        "SBATCH_RESERVATION",
        "SBATCH_WCKEY",
        "SGE_ROOT",
        "SGE_CELL",
        "SGE_CLUSTER_NAME",
        "SGE_QMASTER_PORT",
        "SGE_EXECD_PORT",
        "MATTERSTACK_OPERATORS_CONFIG",
    ];

    // No process stays behind after a tick, and no banner fills its log.
    private static readonly KeyValuePair<string, string>[] Fixed =
    [
        new("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
        new("MSBUILDDISABLENODEREUSE", "1"),
        new("DOTNET_NOLOGO", "1"),
        new("DOTNET_CLI_TELEMETRY_OPTOUT", "1"),
    ];

    /// <summary>Creates the environment, in order of names.</summary>
    /// <param name="variables">Variables of this command.</param>
    /// <param name="home">Home folder of the user.</param>
    /// <param name="dotnet">Path of the <c>dotnet</c> command in use.</param>
    public static IReadOnlyList<KeyValuePair<string, string>> Create(
        IReadOnlyDictionary<string, string> variables,
        string home,
        string dotnet
    )
    {
        var folder = Path.GetDirectoryName(dotnet)!;
        var path = (variables.GetValueOrDefault("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':').Where(static p => p.StartsWith('/'));
        return
        [
            .. Kept.Where(name =>
                    variables.GetValueOrDefault(name) is { Length: > 0 } value && !value.Contains('\n', StringComparison.Ordinal)
                )
                .Select(name => KeyValuePair.Create(name, variables[name]))
                .Append(new("HOME", home))
                .Append(new("DOTNET_ROOT", folder))
                .Append(new("PATH", string.Join(':', path.Append(folder).Distinct(StringComparer.Ordinal))))
                .Concat(Fixed)
                .OrderBy(static pair => pair.Key, StringComparer.Ordinal),
        ];
    }
}
