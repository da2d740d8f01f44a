namespace MatterStack.Engine.Files;

/// <summary>Access of the group of a run's folder to the run.</summary>
internal enum GroupAccess
{
    /// <summary>No access: the state belongs to its user alone; other files follow the user's umask.</summary>
    None,

    /// <summary>Read all files of the run.</summary>
    Read,

    /// <summary>Read all files and drive the run.</summary>
    Drive,
}
