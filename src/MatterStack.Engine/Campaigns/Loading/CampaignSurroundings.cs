using System.Collections;
using System.Globalization;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>What belongs to the whole process and a campaign may have changed when it has answered: it is put back, so that neither the build nor other tasks have it.</summary>
internal sealed class CampaignSurroundings
{
    private readonly Dictionary<string, string> _variables = Variables();
    private readonly string _folder = Environment.CurrentDirectory;
    private readonly CultureInfo? _culture = CultureInfo.DefaultThreadCurrentCulture;
    private readonly CultureInfo? _wording = CultureInfo.DefaultThreadCurrentUICulture;
    private readonly int _exitCode = Environment.ExitCode;
    private readonly (TextWriter Out, TextWriter Error, TextReader In) _console = (Console.Out, Console.Error, Console.In);

    /// <summary>Puts all back.</summary>
    /// <returns>What had been changed, in words.</returns>
    public IReadOnlyList<string> PutBack()
    {
        var changed = new List<string>();
        var now = Variables();
        foreach (var name in _variables.Keys.Union(now.Keys).Order(StringComparer.Ordinal).Where(name => _variables.GetValueOrDefault(name) != now.GetValueOrDefault(name)))
        {
            Environment.SetEnvironmentVariable(name, _variables.GetValueOrDefault(name));
            changed.Add($"the environment variable {name}");
        }

        if (Environment.CurrentDirectory != _folder)
        {
            Environment.CurrentDirectory = _folder;
            changed.Add("the current folder");
        }

        if (CultureInfo.DefaultThreadCurrentCulture != _culture || CultureInfo.DefaultThreadCurrentUICulture != _wording)
        {
            (CultureInfo.DefaultThreadCurrentCulture, CultureInfo.DefaultThreadCurrentUICulture) = (_culture, _wording);
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

    /// <summary>A warning about what had been changed.</summary>
    public static Problem Warning(string campaign, IReadOnlyList<string> changed) =>
        Problem.Of(CampaignCodes.ProcessChanged, $"{campaign} changed {string.Join(", ", changed)}; that was put back").AsWarning();

    private static Dictionary<string, string> Variables()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            all[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return all;
    }
}
