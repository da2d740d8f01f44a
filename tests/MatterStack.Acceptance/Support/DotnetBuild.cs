using System.Diagnostics;
using System.Globalization;

namespace MatterStack.Acceptance.Support;

/// <summary>A <c>dotnet build</c> as a user gives it, in a process of its own.</summary>
internal sealed class DotnetBuild : IDisposable
{
    // What the host of the tests has set for itself, and what a build shell presets: a user has none of it.
    private static readonly string[] Foreign =
    [
        "MSBUILD",
        "MATTERSTACK",
        "TESTINGPLATFORM",
        "DOTNET_HOST_PATH",
        "DOTNET_CLI_USE_MSBUILD_SERVER",
        "DOTNET_CLI_TELEMETRY_SESSIONID",
        "DOTNET_STARTUP_HOOKS",
    ];
    private readonly Process _process;
    private readonly string _output;

    private DotnetBuild(Process process, string output) => (_process, _output) = (process, output);

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>What it has said so far.</summary>
    public string Said
    {
        get
        {
            using var stream = new FileStream(_output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <param name="folder">Where it is given.</param>
    /// <param name="arguments">What follows <c>dotnet build</c>.</param>
    /// <param name="environment">Variables besides those of the tests.</param>
    /// <param name="through">A command that starts it: as another user, for instance.</param>
    public static DotnetBuild Start(
        string folder,
        IReadOnlyList<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        IReadOnlyList<string>? through = null
    ) =>
        StartCommand(
            folder,
            [.. through ?? [], Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "build", .. arguments],
            environment
        );

    /// <summary>Any other command in a user's environment.</summary>
    public static DotnetBuild StartCommand(
        string folder,
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        // Into a file, not a pipe: it can be read while it grows, and a process that outlives the build holds nothing of ours open.
        var output = Path.Combine(Path.GetTempPath(), "matterstack-output-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
        File.WriteAllText(output, "");
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "out=$1; shift; exec \"$@\" >\"$out\" 2>&1 </dev/null", "sh", output, .. command]
        )
        {
            WorkingDirectory = folder,
        };
        foreach (
            var name in start.Environment.Keys.Where(k => Foreign.Any(f => k.StartsWith(f, StringComparison.OrdinalIgnoreCase))).ToList()
        )
        {
            start.Environment.Remove(name);
        }

        // No banner of a first use in the middle of what is read.
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new DotnetBuild(Process.Start(start)!, output);
    }

    public void Signal(string signal) => Shell.Signal(signal, Id);

    public BuildOutcome Wait()
    {
        if (!_process.WaitForExit(Support.Wait.Patience))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"the build does not end; it said\n{Said}");
        }

        return new BuildOutcome(_process.ExitCode, Said);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        File.Delete(_output);
    }
}

/// <summary>How a build ended.</summary>
internal sealed record BuildOutcome(int ExitCode, string Said)
{
    public BuildOutcome Succeeded()
    {
        Assert.AreEqual(0, ExitCode, Said);
        return this;
    }

    /// <summary>It failed as builds fail, and says all of this.</summary>
    public BuildOutcome Failed(params ReadOnlySpan<string> parts)
    {
        Assert.AreEqual(1, ExitCode, Said);
        Assert.DoesNotContain("   at MatterStack", Said, "a stack trace");
        return Says(parts);
    }

    public BuildOutcome Says(params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            Assert.Contains(part, Said);
        }

        return this;
    }

    public BuildOutcome SaysNot(string part)
    {
        Assert.DoesNotContain(part, Said);
        return this;
    }
}
