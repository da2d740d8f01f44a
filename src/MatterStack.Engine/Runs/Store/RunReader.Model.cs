using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store.Sqlite;

namespace MatterStack.Engine.Runs.Store;

/// <content>The planner's model.</content>
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
}
