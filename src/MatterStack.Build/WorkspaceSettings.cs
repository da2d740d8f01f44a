using System.Collections;
using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Problems;

namespace MatterStack.Build;

/// <summary>Settings of a workspace: properties of the project. A property that only the environment sets is not a setting.</summary>
internal sealed class WorkspaceSettings(SettingsItem item, GlobalArguments globals, ICommandLog log)
{
    private const int MaxInfrastructureRetries = 1000;

    /// <summary>Reads and checks the settings of the workspace.</summary>
    public Result<Workspace> ReadWorkspace()
    {
        var folder = Path.GetDirectoryName(item.ProjectFile)!;
        var slug = ValueOrNull("MatterStackWorkspace", item.Workspace) ?? Path.GetFileNameWithoutExtension(item.ProjectFile);
        if (!TaskId.TryParse(slug, out _))
        {
            return new Problem(
                CampaignCodes.ProjectNotUsable,
                $"'{slug}' cannot be a workspace's name ({TaskId.Pattern})",
                CampaignCodes.ProjectNotUsable.Remedy,
                new SourcePosition(item.ProjectFile)
            );
        }

        TimeSpan? interval = null;
        if (ValueOrNull("MatterStackPollInterval", item.PollInterval) is { } text)
        {
            if (!TimeSpan.TryParseExact(text, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var span) || span < TimeSpan.FromSeconds(1))
            {
                return new Problem(
                    CampaignCodes.ProjectNotUsable,
                    $"MatterStackPollInterval is '{text}'; it must be a time span hh:mm:ss of a second at least",
                    "Write e.g. 00:00:15.",
                    new SourcePosition(item.ProjectFile)
                );
            }

            interval = span;
        }

        FailureLimit? maxFailures = null;
        if (ValueOrNull("MatterStackMaxFailures", item.MaxFailures) is { } limit && (maxFailures = FailureLimit.Parse(limit)) is null)
        {
            return new Problem(
                CampaignCodes.ProjectNotUsable,
                $"MatterStackMaxFailures is '{limit}'; it must be {FailureLimit.AllowedValues}",
                "Write e.g. 20 or 10%.",
                new SourcePosition(item.ProjectFile)
            );
        }

        var mode = CacheSettings.ParseMode(
            ValueOrNull("MatterStackCacheMode", item.CacheMode) ?? CacheSettings.FormatMode(CacheMode.ReadWrite)
        );
        if (mode is null)
        {
            return new Problem(
                CacheCodes.InvalidSetting,
                $"MatterStackCacheMode is '{item.CacheMode}'; it must be {CacheSettings.AllowedModes}",
                CacheCodes.InvalidSetting.Remedy,
                new SourcePosition(item.ProjectFile)
            );
        }

        if (GroupPermissions.ParseAccess(ValueOrNull("MatterStackGroupAccess", item.GroupAccess) ?? "none") is not { } access)
        {
            return new Problem(
                CampaignCodes.ProjectNotUsable,
                $"MatterStackGroupAccess is '{item.GroupAccess}'; it must be {GroupPermissions.AccessNames}",
                $"Write {GroupPermissions.AccessNames}.",
                new SourcePosition(item.ProjectFile)
            );
        }

        if (!bool.TryParse(ValueOrNull("MatterStackTrustLocks", item.TrustLocks) ?? "false", out var trust))
        {
            return new Problem(
                CampaignCodes.ProjectNotUsable,
                $"MatterStackTrustLocks is '{item.TrustLocks}'; it must be true or false",
                "Write true or false.",
                new SourcePosition(item.ProjectFile)
            );
        }

        if (!bool.TryParse(ValueOrNull("MatterStackCanary", item.Canary) ?? "false", out var isCanary))
        {
            return new Problem(
                CampaignCodes.ProjectNotUsable,
                $"MatterStackCanary is '{item.Canary}'; it must be true or false",
                "Write true or false.",
                new SourcePosition(item.ProjectFile)
            );
        }

        int? retries = null;
        if (ValueOrNull("MatterStackInfrastructureRetries", item.InfrastructureRetries) is { } count)
        {
            if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > MaxInfrastructureRetries)
            {
                return new Problem(
                    CampaignCodes.ProjectNotUsable,
                    $"MatterStackInfrastructureRetries is '{count}'; it must be a number from 0 to {MaxInfrastructureRetries}",
                    "Write how many attempts of a task follow failures of nodes and of the scheduler, e.g. 5; 0 allows none.",
                    new SourcePosition(item.ProjectFile)
                );
            }

            retries = number;
        }

        return new Workspace(
            slug,
            item.ProjectFile,
            Path.TrimEndingDirectorySeparator(
                Path.GetFullPath(ValueOrNull("MatterStackRunsDirectory", item.RunsDirectory) ?? "runs", folder)
            ),
            Path.GetFullPath(ValueOrNull("MatterStackOperatorsFile", item.OperatorsFile) ?? "operators.yaml", folder)
        )
        {
            GivenSettings = globals.ListSettings(),
            PollInterval = interval,
            MaxFailures = maxFailures,
            GroupAccess = access,
            TrustLocks = trust,
            InfrastructureRetries = retries,
            StartsCanaries = isCanary,
            Cache = new CacheSettings(
                Path.TrimEndingDirectorySeparator(
                    Path.GetFullPath(ValueOrNull("MatterStackCacheDirectory", item.CacheDirectory) ?? CacheSettings.DefaultFolder, folder)
                ),
                mode.Value
            ),
        };
    }

    /// <summary>Value of a setting; null if the project does not set it. MSBuild makes a property of every environment variable, in any
    /// case; such a property does not count.</summary>
    public string? ValueOrNull(string name, string value)
    {
        if (value.Trim().Length == 0)
        {
            return null;
        }

        if (
            !globals.IsGiven(name)
            && Environment
                .GetEnvironmentVariables()
                .Cast<DictionaryEntry>()
                .Any(e =>
                    name.Equals((string)e.Key, StringComparison.OrdinalIgnoreCase)
                    && value.Equals(e.Value as string, StringComparison.Ordinal)
                )
        )
        {
            log.Detail($"The environment variable {name} is not a setting and is ignored; set it in the project.");
            return null;
        }

        return value.Trim();
    }
}
