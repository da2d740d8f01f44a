using System.Collections;
using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Problems;

namespace MatterStack.Build;

/// <summary>Settings of a workspace: properties of the project. One that only the environment has set is not a setting.</summary>
internal sealed class Settings(GlobalArguments globals, ICommandLog log)
{
    public Result<Workspace> Workspace(EngineTask task)
    {
        var folder = Path.GetDirectoryName(task.ProjectFile)!;
        var slug = Own("MatterStackWorkspace", task.Workspace) ?? Path.GetFileNameWithoutExtension(task.ProjectFile);
        if (!TaskId.TryParse(slug, out _))
        {
            return new Problem(CampaignCodes.ProjectNotUsable, $"'{slug}' cannot be a workspace's name ({TaskId.Pattern})", CampaignCodes.ProjectNotUsable.Remedy, new SourcePosition(task.ProjectFile));
        }

        TimeSpan? interval = null;
        if (Own("MatterStackPollInterval", task.PollInterval) is { } text)
        {
            if (!TimeSpan.TryParseExact(text, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var span) || span < TimeSpan.FromSeconds(1))
            {
                return new Problem(CampaignCodes.ProjectNotUsable, $"MatterStackPollInterval is '{text}'; it must be a time span hh:mm:ss of a second at least", "Write e.g. 00:00:15.", new SourcePosition(task.ProjectFile));
            }

            interval = span;
        }

        var mode = CacheSettings.ParseMode(Own("MatterStackCacheMode", task.CacheMode) ?? CacheSettings.NameOf(CacheMode.ReadWrite));
        if (mode is null)
        {
            return new Problem(CacheCodes.SettingWrong, $"MatterStackCacheMode is '{task.CacheMode}'; it must be {CacheSettings.Modes}", CacheCodes.SettingWrong.Remedy, new SourcePosition(task.ProjectFile));
        }

        if (SharedFolder.Parse(Own("MatterStackGroupAccess", task.GroupAccess) ?? "none") is not { } access)
        {
            return new Problem(CampaignCodes.ProjectNotUsable, $"MatterStackGroupAccess is '{task.GroupAccess}'; it must be {SharedFolder.Names}", $"Write {SharedFolder.Names}.", new SourcePosition(task.ProjectFile));
        }

        if (!bool.TryParse(Own("MatterStackTrustLocks", task.TrustLocks) ?? "false", out var trust))
        {
            return new Problem(CampaignCodes.ProjectNotUsable, $"MatterStackTrustLocks is '{task.TrustLocks}'; it must be true or false", "Write true or false.", new SourcePosition(task.ProjectFile));
        }

        return new Workspace(slug, task.ProjectFile,
            Path.TrimEndingDirectorySeparator(Path.GetFullPath(Own("MatterStackRunsDirectory", task.RunsDirectory) ?? "runs", folder)),
            Path.GetFullPath(Own("MatterStackOperatorsFile", task.OperatorsFile) ?? "operators.yaml", folder))
        {
            PollInterval = interval,
            GroupAccess = access,
            TrustLocks = trust,
            Cache = new CacheSettings(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Own("MatterStackCacheDirectory", task.CacheDirectory) ?? CacheSettings.DefaultFolder, folder)), mode.Value),
        };
    }

    /// <summary>A setting, or null if the project says nothing. MSBuild makes a property of every environment variable, whatever its case; such a one counts for nothing.</summary>
    public string? Own(string name, string value)
    {
        if (value.Trim().Length == 0)
        {
            return null;
        }

        if (!globals.Has(name)
            && Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Any(e => name.Equals((string)e.Key, StringComparison.OrdinalIgnoreCase) && value.Equals(e.Value as string, StringComparison.Ordinal)))
        {
            log.Detail($"The environment variable {name} is not a setting and is ignored; set it in the project.");
            return null;
        }

        return value.Trim();
    }
}
