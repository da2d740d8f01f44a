using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Campaigns.Declarations.Fields;
using MatterStack.Engine.Campaigns.Loading;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>A build task whose command may need the campaign as the project declares it.</summary>
public abstract class CampaignEngineTask : EngineTask
{
    /// <summary>The project's <c>CampaignTask</c> items; empty for a command that does not need the campaign.</summary>
    public ITaskItem[] CampaignTasks { get; set; } = [];

    /// <summary>Reads the campaign from the items and settings of the project.</summary>
    private protected CampaignSource ReadCampaign()
    {
        return new CampaignSource(ReadTasks(), NullIfEmpty(ProjectSettings.CampaignProgram))
        {
            Assembly = NullIfEmpty(ProjectSettings.CampaignAssembly),
            GivenProperties = [.. ((IBuildEngine6)BuildEngine).GetGlobalProperties().Keys],
            ClassName = GetSetting("MatterStackCampaignClass", ProjectSettings.CampaignClass),
        };
    }

    private DeclaredTask[] ReadTasks()
    {
        var positions = new ProjectPositions();
        var tasks = new DeclaredTask[CampaignTasks.Length];
        for (var i = 0; i < tasks.Length; i++)
        {
            tasks[i] = ReadTask((ITaskItem2)CampaignTasks[i], i == 0 ? null : tasks[i - 1].Metadata, positions);
        }

        return tasks;
    }

    private DeclaredTask ReadTask(ITaskItem2 item, DeclaredMetadata? previous, ProjectPositions positions)
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry entry in item.CloneCustomMetadataEscaped())
        {
            var name = (string)entry.Key;
            var value = WellKnownMetadata.ExpandReferences((string?)entry.Value ?? "", item);
            // Split before unescaping, so that %3B stays a semicolon inside an entry.
            metadata[name] = TaskFields.IsList(name) ? [.. value.Split(';').Select(ItemText.Unescape)] : [ItemText.Unescape(value)];
        }

        var file = item.GetMetadata("DefiningProjectFullPath") is { Length: > 0 } defining ? defining : ProjectSettings.ProjectFile;
        return new DeclaredTask(item.ItemSpec, new DeclaredMetadata(metadata, previous), null)
        {
            Site = positions.CreateSite(file, item.ItemSpec),
        };
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
