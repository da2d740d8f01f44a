using System.Collections;
using System.Globalization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Snapshot of process-wide state that a campaign may change. It is restored after a call, so that the build and other tasks are
/// not affected.</summary>
internal sealed class ProcessStateSnapshot
{
    private readonly Dictionary<string, string> _variables = ReadVariables();
    private readonly string _folder = Environment.CurrentDirectory;
    private readonly CultureInfo? _culture = CultureInfo.DefaultThreadCurrentCulture;
    private readonly CultureInfo? _uiCulture = CultureInfo.DefaultThreadCurrentUICulture;
    private readonly int _exitCode = Environment.ExitCode;
    private readonly (TextWriter Out, TextWriter Error, TextReader In) _console = (Console.Out, Console.Error, Console.In);

    /// <summary>Restores the state.</summary>
    /// <returns>Descriptions of the changes.</returns>
    public IReadOnlyList<string> RestoreState()
    {
        var changed = new List<string>();
        var now = ReadVariables();
        foreach (
            var name in _variables
                .Keys.Union(now.Keys)
                .Order(StringComparer.Ordinal)
                .Where(name => _variables.GetValueOrDefault(name) != now.GetValueOrDefault(name))
        )
        {
            Environment.SetEnvironmentVariable(name, _variables.GetValueOrDefault(name));
            changed.Add($"the environment variable {name}");
        }

        if (Environment.CurrentDirectory != _folder)
        {
            Environment.CurrentDirectory = _folder;
            changed.Add("the current folder");
        }

        if (CultureInfo.DefaultThreadCurrentCulture != _culture || CultureInfo.DefaultThreadCurrentUICulture != _uiCulture)
        {
            (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture) = (_culture, _uiCulture);
            changed.Add("the culture of new threads");
        }

        if (Environment.ExitCode != _exitCode)
        {
            Environment.ExitCode = _exitCode;
            changed.Add("the exit code of the process");
        }

        if (Console.Out != _console.Out || Console.Error != _console.Error || Console.In != _console.In)
        {
            Console.SetOut(_console.Out);
            Console.SetError(_console.Error);
            Console.SetIn(_console.In);
            changed.Add("the console");
        }

        return changed;
    }

    /// <summary>Creates a warning about the changes.</summary>
    public static Problem CreateWarning(string campaign, IReadOnlyList<string> changed) =>
        Problem
            .Create(CampaignCodes.ProcessChanged, $"{campaign} changed {string.Join(", ", changed)}; MatterStack has restored it")
            .AsWarning();

    private static Dictionary<string, string> ReadVariables()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            all[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return all;
    }
}
