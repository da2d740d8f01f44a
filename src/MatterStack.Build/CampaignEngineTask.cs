using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands;
using Microsoft.Build.Framework;

namespace MatterStack.Build;

/// <summary>A build task that needs the campaign as the project declares it.</summary>
public abstract class CampaignEngineTask : EngineTask
{
    /// <summary>The project's <c>CampaignTask</c> items.</summary>
    public ITaskItem[] CampaignTasks { get; set; } = [];

    /// <summary>Absolute path of the campaign's compiled program; empty if it has none.</summary>
    public string CampaignProgram { get; set; } = "";

    /// <summary>Setting <c>MatterStackCampaignClass</c>; empty means the only campaign class there is.</summary>
    public string CampaignClass { get; set; } = "";

    private protected CampaignSource Source()
    {
        var positions = new ProjectPositions();
        return new CampaignSource([.. CampaignTasks.Select(item => Declare((ITaskItem2)item, positions))], CampaignProgram.Length == 0 ? null : CampaignProgram)
        {
            Assembly = CampaignAssembly.Length == 0 ? null : CampaignAssembly,
            GivenProperties = [.. ((IBuildEngine6)BuildEngine).GetGlobalProperties().Keys],
            ClassName = Setting("MatterStackCampaignClass", CampaignClass),
        };
    }

    private DeclaredTask Declare(ITaskItem2 item, ProjectPositions positions)
    {
        var metadata = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (System.Collections.DictionaryEntry entry in item.CloneCustomMetadataEscaped())
        {
            var name = (string)entry.Key;
            var value = WellKnownMetadata.Expand((string?)entry.Value ?? "", item);
            // Split before unescaping, so that %3B stays a semicolon inside an entry.
            metadata[name] = TaskMetadata.IsList(name) ? [.. value.Split(';').Select(ItemText.Unescape)] : [ItemText.Unescape(value)];
        }

        var file = item.GetMetadata("DefiningProjectFullPath") is { Length: > 0 } defining ? defining : ProjectFile;
        return new DeclaredTask(item.ItemSpec, metadata, null) { Place = positions.Next(file, item.ItemSpec) };
    }
}
