namespace MatterStack.Engine.Files;

/// <summary>What the group that a run's folder belongs to may do with the run.</summary>
internal enum GroupAccess
{
    /// <summary>Nothing: the state is its user's alone, all else is as the user's umask makes it.</summary>
    None,

    /// <summary>Look at everything.</summary>
    Read,

    /// <summary>Move the run, too.</summary>
    Drive,
}
