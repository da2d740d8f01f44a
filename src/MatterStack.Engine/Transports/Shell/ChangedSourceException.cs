namespace MatterStack.Engine.Transports.Shell;

/// <summary>A file to send is missing or has changed since it was recorded. No part of it is on the other machine.</summary>
internal sealed class ChangedSourceException(UploadFile file, string why) : IOException(why)
{
    /// <summary>The file.</summary>
    public UploadFile File => file;

    /// <summary>Creates the exception for a file with another content.</summary>
    public static ChangedSourceException ForChanged(UploadFile file) =>
        new(file, $"{file.Description} has changed since it was recorded ({file.Source})");

    /// <summary>Creates the exception for a missing file.</summary>
    public static ChangedSourceException ForMissing(UploadFile file) => new(file, $"{file.Description} is gone from {file.Source}");
}
