using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>Shows the content of the workspace's cache.</summary>
internal static class CacheInfoCommand
{
    public static CommandResult Execute(CommandContext context) => context.RunGuarded(() => WithCache(context, settings =>
            {
                var inventory = CacheInventory.ReadFolder(new CacheFolder(settings.Folder), context.Host.Disk);
                context.Log.Info($"Cache {settings.Folder}, mode {CacheSettings.FormatMode(settings.Mode)}");
                context.Log.Info(DescribeInventory(inventory));
                if (inventory.Damaged.Count > 0)
                {
                    context.Log.Info(
                        $"  {CountText.FormatCount(inventory.Damaged.Count, "entry", "entries")} cannot be read; "
                            + $"a task whose entry cannot be read is computed again"
                    );
                }

                return new CommandResult(true, [CreateRow(settings, inventory)]);
            }));

    /// <summary>Runs a command on the cache. A cache that cannot be used is reported with a remedy.</summary>
    public static CommandResult WithCache(CommandContext context, Func<CacheSettings, CommandResult> look)
    {
        if (context.Workspace.Cache is not { } settings)
        {
            return context.ReportFailure([Problem.Create(CacheCodes.FolderUnusable, "This workspace has no cache")]);
        }

        try
        {
            return look(settings);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return context.ReportFailure([
                Problem.Create(
                    CacheCodes.FolderUnusable,
                    $"The cache {settings.Folder} cannot be used: {e.Message}",
                    new SourcePosition(settings.Folder)
                ),
            ]);
        }
    }

    public static string DescribeInventory(CacheInventory inventory) =>
        inventory.Entries.Count == 0
            ? $"  no results{(inventory.SizeBytes == 0 ? "" : $", {FormatSize(inventory.SizeBytes)} of files that belong to no result")}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"  {CountText.FormatCount(inventory.Entries.Count, "result")} with "
                    + $"{CountText.FormatCount(inventory.Blobs.Count, "file")}, {FormatSize(inventory.SizeBytes)}; "
                    + $"last used {FormatTime(inventory.Entries.Min(e => e.File.UsedAt))} to "
                    + $"{FormatTime(inventory.Entries.Max(e => e.File.UsedAt))}"
            );

    public static string FormatSize(long bytes) =>
        bytes switch
        {
            < 1000 => CountText.FormatCount(bytes, "byte"),
            < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} KB"),
            < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
        };

    public static ReportItem CreateRow(
        CacheSettings settings,
        CacheInventory inventory,
        params ReadOnlySpan<(string Name, object? Value)> more
    ) =>
        ReportItem.Create(
            "cache",
            [
                ("folder", settings.Folder),
                ("mode", CacheSettings.FormatMode(settings.Mode)),
                ("entries", inventory.Entries.Count),
                ("blobs", inventory.Blobs.Count),
                ("bytes", inventory.SizeBytes),
                ("oldest_use_utc", inventory.Entries.Count == 0 ? null : FormatTime(inventory.Entries.Min(e => e.File.UsedAt))),
                ("newest_use_utc", inventory.Entries.Count == 0 ? null : FormatTime(inventory.Entries.Max(e => e.File.UsedAt))),
                ("damaged", inventory.Damaged.Count),
                .. more,
            ]
        );

    private static string FormatTime(DateTime at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
