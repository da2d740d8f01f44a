using System.Globalization;
using MatterStack.Engine.Caching;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Commands;

/// <summary>Deletes results from the workspace's cache: by age, and the least recently used until the cache is small enough.</summary>
internal static class CachePruneCommand
{
    public static CommandResult Execute(CommandContext context) => context.RunGuarded(() => CacheInfoCommand.WithCache(context, settings =>
            {
                if (settings.Mode != CacheMode.ReadWrite)
                {
                    return context.ReportFailure([
                        Problem.Create(
                            CacheCodes.InvalidSetting,
                            $"The cache is not pruned: MatterStackCacheMode is {CacheSettings.FormatMode(settings.Mode)}"
                        ),
                    ]);
                }

                var (age, size) = (context.Arguments.MaxAge, context.Arguments.MaxSize);
                if (age is null && size is null)
                {
                    context.Log.Info("Neither MaxAge nor MaxSize is given: only files that belong to no result are deleted");
                }

                var pruned = new CachePruner(new CacheFolder(settings.Folder), context.Host.Disk, context.Host.Clock).Prune(age, size);
                context.Log.Info(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"Cache {settings.Folder}: {CountText.FormatCount(pruned.Entries, "result")} and "
                            + $"{CountText.FormatCount(pruned.Files, "file")} deleted, {CacheInfoCommand.FormatSize(pruned.Bytes)}; left:"
                    )
                );
                context.Log.Info(CacheInfoCommand.DescribeInventory(pruned.Remaining));
                return new CommandResult(
                    true,
                    [
                        CacheInfoCommand.CreateRow(
                            settings,
                            pruned.Remaining,
                            ("pruned_entries", pruned.Entries),
                            ("pruned_blobs", pruned.Files),
                            ("pruned_bytes", pruned.Bytes)
                        ),
                    ]
                );
            }));
}
