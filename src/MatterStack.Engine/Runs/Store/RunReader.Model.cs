using MatterStack.Engine.Campaigns.Declarations;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>The planner's model, and definitions of tasks.</content>
internal sealed partial class RunReader
{
    /// <summary>Loads the planner's model from the present state of the store. Returns null if an earlier version wrote the store and no
    /// command has continued the run since.</summary>
    public RunModel? FindModel()
    {
        if (QueryRows("PRAGMA user_version", static row => row.GetInt64(0)).First() != StoreSchema.Version)
        {
            return null;
        }

        // The statements of the model take no part in the transaction of this reader.
        var (connection, _) = StoreConnection.OpenReader(Run.StoreFile);
        using (connection)
        {
            return ModelLoader.LoadModel(connection);
        }
    }

    /// <summary>Tasks as declared, in the format of <see cref="TaskJson"/>.</summary>
    public IEnumerable<(TaskId Task, string Definition)> ReadDefinitions() =>
        QueryRows("SELECT task_id, definition FROM tasks ORDER BY seq", r => (TaskId.FromTrusted(r.GetString(0)), r.GetString(1)));

    /// <summary>A task as declared, in the format of <see cref="TaskJson"/>; null if the run has no task of this id.</summary>
    public string? FindDefinition(TaskId task) =>
        QueryRows("SELECT definition FROM tasks WHERE task_id = $1", r => r.GetString(0), task.Value).FirstOrDefault();
}
